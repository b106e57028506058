"""Case 38: requests that are too big, too deep or twofold are refused, and cheaply."""

import json
import socket
import time

import pytest

from tests.harness import Backend, Browser, Reply, Tenant, new_address
from tests.wire import connected, rest


def send(caller: Backend, body: bytes) -> Reply:
    """POST bytes to an endpoint with a body."""
    return caller.request("POST", "/v1/clients/verify", content=body)


DEEP = [
    b'{"token":' * 100_000,
    b"[" * 100_000,
    b'{"token":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"token":"x","a":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001,
]


@pytest.mark.parametrize("body", DEEP, ids=range(len(DEEP)))
def test_case_38_deep_json_is_refused(backend: Backend, body: bytes) -> None:
    began = time.monotonic()
    reply = send(backend, body)
    assert reply.status in (400, 422)
    assert reply.codes[0] in ("request_body_invalid", "form_param_unknown")
    assert time.monotonic() - began < 2


MALFORMED = [
    b"{",
    b'{"token"}',
    b'{"token": "x",}',
    b"[]",
    b"[1]",
    b'"token"',
    b"\xff\xfe{\x00}\x00",
    b'{"token": "\xff"}',
    b'{"token": "\\ud800"}',
    b'{"token": NaN}',
    b'{"token": 1e999}',
    b'{"token": ' + b"9" * 5_000 + b"}",
    b"\x00",
    b"%",
    b"token=%",
    b"token=%ff%fe",
    b"token=a&token=b",
    b"=&=&=",
    b"&" * 100_000,
    b"a=b&" * 1_001,
    b"<xml/>",
]


def test_case_38_malformed_bodies_are_refused(backend: Backend) -> None:
    for body in MALFORMED:
        reply = send(backend, body)
        assert reply.status in (400, 422), body[:40]
        assert reply.json["errors"]


def test_case_38_five_megabytes_are_too_many(backend: Backend) -> None:
    reply = send(backend, b"token=" + b"a" * 5_000_000)
    assert (reply.status, reply.codes) == (413, ["request_body_too_large"])


def test_case_38_a_stranger_may_send_less_than_a_server(browser: Browser) -> None:
    # Each of their connections may hold what it has sent, for as long as a slow one may take.
    for length, status in ((250_000, 422), (300_000, 413)):
        content = b"identifier=" + b"a" * length
        reply = browser.request("POST", "/v1/client/sign_ins", content=content)
        assert reply.status == status


def test_case_38_endless_body_is_cut_off(backend: Backend) -> None:
    # Chunked: there is no length that would tell beforehand.
    chunks = (b"a" * 100_000 for _ in range(60))
    reply = Reply(backend.http.post("/v1/clients/verify", content=chunks))
    assert (reply.status, reply.codes) == (413, ["request_body_too_large"])


@pytest.mark.parametrize("length", ["content-length: 900", "transfer-encoding: chunked"])
def test_case_38_a_body_that_was_cut_off_does_nothing(instance: Tenant, length: str) -> None:
    address = new_address()
    body = f"email_address={address}&first_name=Ada&last_name=Love"
    if "chunked" in length:
        body = f"{len(body):x}\r\n{body}\r\n"
    head = f"POST /v1/client/sign_ups HTTP/1.1\r\nhost: {instance.host}\r\n{length}\r\n\r\n"
    with connected(instance.harness.url) as connection:
        connection.sendall((head + body).encode())
        connection.shutdown(socket.SHUT_WR)
        assert rest(connection) == b""
    assert count_of_sign_ups(instance) == 0


def count_of_sign_ups(instance: Tenant) -> int:
    db = instance.harness.open.db
    sql = "select count(*) from sign_ups where instance_id = $1"
    return instance.harness.run(db.value(sql, instance.id))


def test_case_38_of_duplicate_keys_only_one_is_judged(backend: Backend, browser: Browser) -> None:
    account = browser.sign_up()
    token = browser.token(account.session_id)
    good, bad = f'"token":"{token}"', '"token":"x"'
    assert send(backend, f"{{{good},{bad}}}".encode()).status == 400
    assert send(backend, f"{{{bad},{good}}}".encode()).status == 200
    assert send(backend, f"token={token}&token=x".encode()).status == 422


MARK = b"\xef\xbb\xbf"
SECRET = "Zq7!vbnm-correct-horse"


def test_case_38_a_byte_order_mark_is_no_part_of_the_body(backend: Backend) -> None:
    given = {"email_address": [new_address()], "password": SECRET}
    reply = backend.request("POST", "/v1/users", content=MARK + json.dumps(given).encode())
    assert reply.ok().json["password_enabled"]


NO_OBJECTS = [
    *(b"null", b"true", b"12", b'"text"', f'"{SECRET}"'.encode(), SECRET.encode()),
    *(f'"password={SECRET}"'.encode(), MARK + b'"text"', MARK + MARK + b"{}"),
    json.dumps({"password": SECRET}).encode("utf-16"),
    f"password: {SECRET}=".encode(),
    json.dumps({f"the password is {SECRET}": 1}).encode(),
    json.dumps({SECRET * 9: 1}).encode(),
]


@pytest.mark.parametrize("body", NO_OBJECTS, ids=range(len(NO_OBJECTS)))
def test_case_38_a_body_that_is_no_object_is_refused_and_not_repeated(
    backend: Backend, body: bytes
) -> None:
    reply = backend.request("POST", "/v1/users", content=body)
    assert (reply.status, reply.codes) == (400, ["request_body_invalid"])
    assert "horse" not in reply.text
    assert "null" not in reply.text


def test_case_38_half_a_surrogate_pair_is_refused_wherever_text_is_taken(
    backend: Backend, browser: Browser
) -> None:
    for body in (b'{"first_name": "\\ud800"}', b'{"\\ud800": 1}', b"first_name=%ed%a0%80"):
        assert backend.request("POST", "/v1/users", content=body).status in (400, 422), body
        path = "/v1/client/sign_ups"
        assert browser.request("POST", path, content=body).status in (200, 400, 422), body
    nested = '{"a": "\\ud800"}'
    assert browser.post("/v1/client/sign_ups", unsafe_metadata=nested).status == 422
    for path in ("/v1/users/%ed%a0%80", "/v1/clients?limit=%ed%a0%80", "/v1/%ed%a0%80"):
        assert Reply(backend.http.get(path)).status in (404, 422), path
    for cookie in (b"__client=\xed\xa0\x80", b"\xed\xa0\x80=1"):
        reply = browser.request("GET", "/v1/client", headers={"Cookie": cookie})
        assert reply.status == 200


METADATA = [
    "{",
    "[]",
    "1",
    "null and void",
    '{"a":' + "[" * 50_000,
    '{"a":' * 5_000 + "1" + "}" * 5_000,
    '{"a": "\\u0000"}',
    '{"\\u0000": 1}',
    '{"a": 1e999}',
    '{"a": ' + "9" * 5_000 + "}",
]


def test_case_38_metadata_bombs_are_refused(browser: Browser) -> None:
    for metadata in METADATA:
        reply = browser.post("/v1/client/sign_ups", unsafe_metadata=metadata)
        assert (reply.status, reply.params) == (422, ["unsafe_metadata"]), metadata[:40]


def test_case_38_nul_is_refused_wherever_text_is_taken(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    for name in ("email_address", "username", "first_name", "password", "locale"):
        reply = browser.post("/v1/client/sign_ups", **{name: "a\0b"})
        assert reply.status == 422, name
        assert name in reply.params
    assert browser.post("/v1/client/sign_ins", identifier="a\0b").status == 422
    assert backend.post("/v1/sessions", user_id="user_\0").status in (404, 422)
    assert backend.get("/v1/sessions", user_id="user_\0").status in (200, 422)
    assert backend.post("/v1/sign_in_tokens", user_id="\0").status in (404, 422)
    browser.sign_up()
    assert browser.get("/v1/me", _clerk_session_id="\0").status == 401


def test_case_38_numbers_out_of_range_are_refused(backend: Backend, browser: Browser) -> None:
    account = browser.sign_up()
    for seconds in (0, -1, 2**31, 2**63, 2**64, 10**30, 1.5, "x", True, [1]):
        for path, body in (
            ("/v1/sign_in_tokens", {"user_id": account.user_id}),
            (f"/v1/sessions/{account.session_id}/tokens", {}),
        ):
            reply = backend.post(path, **body, expires_in_seconds=seconds)
            assert (reply.status, reply.params) == (422, ["expires_in_seconds"]), (path, seconds)


def test_case_38_no_list_is_unbounded(backend: Backend) -> None:
    for path in ("/v1/clients", "/v1/sessions", "/v1/users"):
        for limit in ("501", "0", "-1", "1e9", "99999999999999999999"):
            assert backend.get(path, limit=limit).status == 422, (path, limit)


def test_case_38_very_long_values_are_answered(backend: Backend, browser: Browser) -> None:
    long = "x" * 30_000
    assert backend.get(f"/v1/clients/{long}").status == 404
    assert backend.get("/v1/sessions", user_id=long).status in (200, 422)
    assert browser.get("/v1/client", __clerk_api_version=long).status == 200
    assert browser.post("/v1/client/sign_ins", identifier=long * 8).status == 422
    assert browser.post("/v1/client/sign_ups", first_name=long * 8).status in (200, 422)


def test_case_38_sign_ups_hold_no_more_than_profiles_do(browser: Browser) -> None:
    refused = {
        "first_name": ("x" * 257, "form_param_max_length_exceeded"),
        "last_name": ("x" * 257, "form_param_max_length_exceeded"),
        "unsafe_metadata": (json.dumps({"x": "x" * 9_000}), "form_param_exceeds_allowed_size"),
    }
    for name, (value, code) in refused.items():
        reply = browser.post("/v1/client/sign_ups", **{name: value})
        assert (reply.status, reply.codes, reply.params) == (422, [code], [name])
