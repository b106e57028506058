"""Case 38: the head of a request has its size, whether it ever ends or not."""

import json
import socket

import pytest

from tests.harness import Backend, Browser, Tenant
from tests.wire import connected, rest

LINE = b"GET /v1/health HTTP/1.1\r\nhost: a\r\n"
CHUNKED = b"POST /v1/client HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"


def test_case_38_two_hundred_header_lines_are_read(backend: Backend) -> None:
    for count, status in ((150, 404), (190, 404), (201, 431), (9_000, 431)):
        lines = [(f"x-{i}", "") for i in range(count)]
        reply = backend.http.get("/v1/clients/nobody", headers=lines)
        assert reply.status_code == status, count


def test_case_38_sixty_four_kilobytes_of_head_are_read(backend: Backend) -> None:
    for size, status in ((60_000, 404), (65_600, 431), (300_000, 431)):
        reply = backend.http.get("/v1/clients/nobody", headers={"x-long": "a" * size})
        assert reply.status_code == status, size


def test_case_38_a_large_head_is_refused_in_the_words_of_everything_else(backend: Backend) -> None:
    reply = backend.http.get("/v1/clients", headers={"x-long": "a" * 70_000})
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["connection"] == "close"
    assert reply.json()["errors"][0]["code"] == "request_head_too_large"
    assert reply.json()["clerk_trace_id"]


ENDLESS = {
    "lines": LINE + b"a: b\r\n" * 300,
    "value": LINE + b"x-long: " + b"a" * 70_000,
    "name": LINE + b"x" * 70_000,
    "address": b"GET /" + b"a" * 70_000,
    "trailers": CHUNKED + b"0\r\n" + b"a: b\r\n" * 300,
    "trailer": CHUNKED + b"0\r\na: " + b"b" * 400_000,
    "chunk extension": CHUNKED + b"1;" + b"a" * 400_000,
}


@pytest.mark.parametrize("sent", ENDLESS.values(), ids=ENDLESS)
def test_case_38_a_head_without_end_is_cut_off(instance: Tenant, sent: bytes) -> None:
    with connected(instance.harness.url) as connection:
        for begin in range(0, len(sent), 7_000):
            try:
                connection.sendall(sent[begin : begin + 7_000])
            except (ConnectionResetError, BrokenPipeError):
                break
        refused = rest(connection)
    # One reply at most: the request's own, if it had one before its body ended.
    assert refused.count(b"HTTP/1.1 ") <= 1
    assert refused == b"" or refused.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))


def test_case_38_a_head_behind_another_has_the_same_size(instance: Tenant) -> None:
    small = f"GET /v1/environment HTTP/1.1\r\nhost: {instance.host}\r\n".encode()
    large = small + b"x-long: " + b"a" * 100_000 + b"\r\n\r\n"
    with connected(instance.harness.url) as connection:
        connection.sendall(small + b"\r\n" + large)
        assert rest(connection).count(b"HTTP/1.1 200 ") <= 1


def test_case_38_of_what_a_head_says_little_is_kept(instance: Tenant, browser: Browser) -> None:
    browser.http.headers["User-Agent"] = "x" * 50_000
    account = browser.sign_up()
    browser.post(f"/v1/client/sessions/{account.session_id}/touch").ok()
    sql = "select max(length(user_agent)) from sessions where instance_id = $1"
    assert instance.harness.run(instance.harness.open.db.value(sql, instance.id)) == 512


def test_case_38_a_body_may_be_longer_than_a_head(backend: Backend) -> None:
    reply = backend.request("POST", "/v1/clients/verify", content=b"token=" + b"a" * 900_000)
    assert reply.status in (400, 422)
    chunks = (b"token=a" for _ in range(30_000))
    reply = backend.http.post("/v1/clients/verify", content=chunks)
    assert reply.status_code in (400, 422)


def test_case_38_what_is_no_request_is_told_so_as_json(instance: Tenant) -> None:
    with connected(instance.harness.url) as connection:
        connection.sendall(b"EHLO example.com\r\n\r\n")
        head, _, body = rest(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["errors"][0]["code"] == "request_invalid"


@pytest.mark.parametrize("version", [b"", b" HTTP/0.9", b" HTTP/2.0"])
def test_case_38_other_versions_of_http_are_told_so_as_json(
    instance: Tenant, version: bytes
) -> None:
    host = instance.host.encode()
    with connected(instance.harness.url) as connection:
        connection.sendall(b"GET /v1/client" + version + b"\r\nhost: " + host + b"\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        head, _, body = rest(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["errors"][0]["code"] == "request_invalid"


def test_case_38_a_request_names_its_host(instance: Tenant) -> None:
    with connected(instance.harness.url) as connection:
        connection.sendall(b"GET /v1/health HTTP/1.1\r\nconnection: close\r\n\r\n")
        head, _, body = rest(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["errors"][0]["code"] == "request_invalid"


def test_case_38_requests_ahead_of_their_turn_are_few(instance: Tenant) -> None:
    request = f"GET /v1/environment HTTP/1.1\r\nhost: {instance.host}\r\n\r\n".encode()
    last = request.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n")
    with connected(instance.harness.url) as connection:
        connection.sendall(request * 10 + last)
        assert rest(connection).count(b"HTTP/1.1 200 ") == 11
    with connected(instance.harness.url) as connection:
        connection.sendall(request * 1_000)
        assert rest(connection).count(b"HTTP/1.1 200 ") < 20
