"""Case 35: what comes behind a head is its body, and no head or request of its own."""

import json
import socket
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from hallporter.contract.settings import Settings
from tests import wire
from tests.cli.processes import wait_until
from tests.conftest import Make
from tests.harness import Tenant

BODY = b"identifier=nobody%40example.com"
UPGRADES = {
    "h2c": "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
    "websocket": "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
    "anything": "Connection: keep-alive, Upgrade\r\nUpgrade: anything/1\r\n",
}


class Connection:
    """A connection, by which bytes are sent as they are."""

    def __init__(self, tenant: Tenant, connected: socket.socket) -> None:
        self._tenant = tenant
        self._connected = connected
        self._read = connected.makefile("rb")

    def head(self, request: str, *lines: str) -> bytes:
        """Return the head of a request."""
        return "\r\n".join(
            [f"{request} HTTP/1.1", f"Host: {self._tenant.host}", *lines, ""]
        ).encode()

    def send(self, sent: bytes) -> None:
        """Send bytes by themselves."""
        self._connected.sendall(sent)

    def reply(self) -> tuple[int, Any]:
        """Return status and body of the next reply."""
        status = int(self._read.readline().split()[1])
        length = 0
        while (line := self._read.readline().strip().lower()) != b"":
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return status, json.loads(self._read.read(length) or b"null")


@contextmanager
def connection(tenant: Tenant) -> Generator[Connection]:
    with wire.connected(tenant.harness.url) as connected:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield Connection(tenant, connected)


def code_of(reply: tuple[int, Any]) -> str:
    return reply[1]["errors"][0]["code"]


CHUNKED = "Transfer-Encoding: chunked\r\n"
TRAILERS = [
    "Authorization: Bearer {key}",
    "Origin: https://evil.example",
    "Cookie: __client=x",
    "X-Forwarded-For: 203.0.113.7",
    "Host: evil.example",
    "Clerk-API-Version: 2021-02-05",
]


@pytest.mark.parametrize("trailer", TRAILERS)
def test_case_35_trailers_are_no_headers(instance: Tenant, trailer: str) -> None:
    line = trailer.format(key=instance.secret_key).encode()
    with connection(instance) as connected:
        head = connected.head("POST /v1/client/sign_ins?__clerk_api_version=2026-05-12", CHUNKED)
        # In one piece, so that all has come before the application reads the head.
        chunk = b"%x\r\n%b\r\n0\r\n" % (len(BODY), BODY)
        connected.send(head + chunk + line + b"\r\n\r\n")
        assert code_of(connected.reply()) == "form_identifier_not_found"
        # Nor are they those of the request behind it.
        connected.send(connected.head("GET /v1/environment") + b"\r\n")
        assert connected.reply()[0] == 200


@pytest.mark.parametrize("raw", UPGRADES.values(), ids=UPGRADES)
@pytest.mark.parametrize("is_chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("is_in_one_piece", [False, True], ids=["pieces", "piece"])
def test_case_35_a_body_behind_an_upgrade_is_a_body(
    instance: Tenant, raw: str, *, is_chunked: bool, is_in_one_piece: bool
) -> None:
    with connection(instance) as connected:
        get = connected.head("GET /v1/environment") + b"\r\n"
        for body, code in ((BODY, "form_identifier_not_found"), (get, "request_body_invalid")):
            framing = CHUNKED if is_chunked else f"Content-Length: {len(body)}\r\n"
            framed = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if is_chunked else body
            head = connected.head("POST /v1/client/sign_ins", raw + framing)
            for sent in [head + framed + get] if is_in_one_piece else [head, framed, get]:
                connected.send(sent)
            assert code_of(connected.reply()) == code
            # Each is answered once, and what is behind it as well.
            assert connected.reply()[0] == 200


@pytest.mark.parametrize("raw", UPGRADES.values(), ids=UPGRADES)
def test_case_35_a_request_behind_an_upgrade_is_answered(instance: Tenant, raw: str) -> None:
    with connection(instance) as connected:
        get = connected.head("GET /v1/environment", raw)
        connected.send(get * 3)
        assert [connected.reply()[0] for _ in range(3)] == [200] * 3


def test_case_35_an_upgraded_body_has_its_size(make_instance: Make) -> None:
    tenant = make_instance(Settings())
    with connection(tenant) as connected:
        lines = f"Content-Length: {20 * 1024 * 1024}\r\n"
        connected.send(connected.head("POST /v1/client/sign_ins", UPGRADES["h2c"] + lines) + b"a")
        assert code_of(connected.reply()) == "request_body_too_large"


def test_case_35_a_body_that_is_cut_off_before_it_begins_is_no_empty_one(
    instance: Tenant,
) -> None:
    def begun() -> int:
        sql = "select count(*) from sign_ins where instance_id = $1"
        return instance.harness.run(instance.harness.open.db.value(sql, instance.id))

    with capture_logs() as logs:
        with connection(instance) as connected:
            connected.send(connected.head("POST /v1/client/sign_ins", CHUNKED))
        refused = {"codes": ["request_body_incomplete"]}
        wait_until(lambda: begun() > 0 or any(refused.items() <= each.items() for each in logs))
    assert begun() == 0
