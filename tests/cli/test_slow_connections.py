"""Whoever sends or reads as slowly as they can, or opens many connections, keeps nobody out."""

import http.client
import ipaddress
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import msgspec
import pytest

from hallporter.edge.connections import Connections, Limits, counted_for
from tests import wire
from tests.cli.processes import Serving, ready_data_dir, serving
from tests.wire import rest

HEAD = b"GET /v1/environment HTTP/1.1\r\nhost: localhost\r\n"
POST = b"POST /v1/client/sign_ins HTTP/1.1\r\nhost: localhost\r\n"
BODY = POST + b"content-length: 900\r\n\r\nidentifier="
PLACES = 60


@pytest.fixture(scope="module")
def server() -> Iterator[Serving]:
    with (
        ready_data_dir() as data_dir,
        serving(
            data_dir,
            HALLPORTER_HEAD_SECONDS="1",
            HALLPORTER_TRANSFER_SECONDS="1",
            HALLPORTER_KEEP_ALIVE_SECONDS="60",
            HALLPORTER_MAX_CONNECTIONS=str(PLACES),
        ) as running,
    ):
        yield running


def connected(server: Serving) -> socket.socket:
    return wire.connected(server.url)


def dripped(connection: socket.socket, begun: bytes, drop: bytes) -> bytes:
    """Send a little again and again; return what the server says to it when it has enough."""
    connection.sendall(begun)
    connection.settimeout(0.2)
    for _ in range(100):
        try:
            return connection.recv(65_536)
        except TimeoutError:
            connection.sendall(drop)
        except ConnectionResetError:
            return b""
    raise AssertionError("it went on for ever")


@pytest.mark.parametrize("half", [HEAD, BODY], ids=["head", "body"])
def test_half_of_one_is_ended(server: Serving, half: bytes) -> None:
    with connected(server) as connection:
        connection.sendall(half)
        assert rest(connection).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    ("half", "drop"), [(HEAD, b"a: b\r\n"), (BODY, b"a")], ids=["head", "body"]
)
def test_one_that_drips_is_ended(server: Serving, half: bytes, drop: bytes) -> None:
    with connected(server) as connection:
        assert dripped(connection, half, drop).startswith(b"HTTP/1.1 408 ")


def test_a_body_that_comes_slowly_but_steadily_is_read(server: Serving) -> None:
    with connected(server) as connection:
        connection.sendall(POST + b"content-length: 24000\r\n\r\n")
        for _ in range(6):
            time.sleep(0.5)
            connection.sendall(b"identifier=a".ljust(4_000, b"&"))
        connection.settimeout(10)
        assert b"HTTP/1.1 4" in connection.recv(65_536)


def test_a_connection_that_says_nothing_is_ended_without_a_word(server: Serving) -> None:
    with connected(server) as connection:
        assert rest(connection) == b""


def test_a_reply_that_nobody_reads_is_given_up(server: Serving) -> None:
    sent = 0
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(1)
        connection.connect(("127.0.0.1", server.port))
        # It reads no more, or has hung up.
        with suppress(TimeoutError, ConnectionError):
            for _ in range(3_000):
                connection.sendall(HEAD + b"\r\n")
                sent += 1
                time.sleep(0.001)
        time.sleep(4)
        connection.settimeout(10)
        assert rest(connection).count(b"HTTP/1.1 200 ") < sent


def test_what_begins_no_request_keeps_no_connection(server: Serving) -> None:
    with connected(server) as connection:
        connection.sendall(HEAD + b"\r\n")
        connection.settimeout(20)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"\r\n")
        rest(connection)


def test_an_idle_connection_outlives_the_time_of_a_head(server: Serving) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    for pause in (0, 3):
        time.sleep(pause)
        connection.request("GET", "/v1/health")
        assert connection.getresponse().read() == b'{"status":"healthy"}'
        connection.auto_open = False
    connection.close()


def test_there_are_as_many_connections_as_there_are_places(server: Serving) -> None:
    many = [connected(server) for _ in range(PLACES + 10)]
    try:
        for connection in many:
            connection.settimeout(20)
        refused = rest(many[-1])
        assert refused.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 1" in refused
    finally:
        for connection in many:
            connection.close()
    # They are gone, and so is the shortage.
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with connected(server) as connection:
            connection.sendall(HEAD + b"\r\n")
            if connection.recv(65_536).startswith(b"HTTP/1.1 200 "):
                return
        time.sleep(0.1)
    raise AssertionError("no place came free")


def test_who_reads_and_who_sends_are_told_apart_from_the_rest(server: Serving) -> None:
    slow = [connected(server) for _ in range(40)]
    try:
        for connection in slow:
            connection.sendall(BODY)
        began = time.monotonic()
        with connected(server) as connection:
            connection.sendall(HEAD + b"\r\n")
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        assert time.monotonic() - began < 2
    finally:
        for connection in slow:
            connection.close()


class Peer:
    """A connection that waits for nothing."""

    def end_if_overdue(self, now: float) -> None:
        """Be in time."""

    def end_if_idle(self) -> bool:
        """Be busy."""
        return False


LIMITS = Limits(head_seconds=1, transfer_seconds=1, per_address=2, in_all=5)


def test_an_address_has_its_share_of_the_places() -> None:
    all_of_them = Connections(LIMITS, behind_proxy=False)
    first = Peer()
    assert all_of_them.take(first, "203.0.113.5") is None
    assert all_of_them.take(Peer(), "203.0.113.5") is None
    refused = all_of_them.take(Peer(), "203.0.113.5")
    assert refused is not None
    assert refused.status == 429
    assert all_of_them.take(Peer(), "203.0.113.6") is None
    all_of_them.leave(first)
    assert all_of_them.take(Peer(), "203.0.113.5") is None


def test_behind_a_proxy_addresses_have_no_share_but_the_whole_has_its_size() -> None:
    all_of_them = Connections(LIMITS, behind_proxy=True)
    assert [all_of_them.take(Peer(), "203.0.113.5") for _ in range(5)] == [None] * 5
    refused = all_of_them.take(Peer(), "203.0.113.5")
    assert refused is not None
    assert refused.status == 503


def test_the_networks_of_one_customer_of_ipv6_have_the_share_of_sixteen() -> None:
    all_of_them = Connections(msgspec.structs.replace(LIMITS, in_all=100), behind_proxy=False)
    peers = [Peer() for _ in range(32)]
    for number, peer in enumerate(peers):
        assert all_of_them.take(peer, f"2001:db8:1:{number:x}::1") is None
    refused = all_of_them.take(Peer(), "2001:db8:1:ff::1")
    assert refused is not None
    assert refused.status == 429
    assert all_of_them.take(Peer(), "2001:db8:2::1") is None
    all_of_them.leave(peers[0])
    assert all_of_them.take(Peer(), "2001:db8:1:ff::1") is None


@pytest.mark.parametrize(
    ("peer", "names"),
    [
        ("203.0.113.5", ["203.0.113.5"]),
        ("::ffff:203.0.113.5", ["203.0.113.5"]),
        ("2001:db8:1:2:3::4", ["2001:db8:1:2::/64", "2001:db8:1::/48"]),
        ("fe80::1%eth0", ["fe80::/64", "fe80::/48"]),
        ("127.0.0.1", []),
        ("::1", []),
        ("::ffff:127.0.0.1", []),
        ("", []),
    ],
)
def test_whom_a_connection_is_counted_for(peer: str, names: list[str]) -> None:
    assert [each.name for each in counted_for(peer, (), behind_proxy=False)] == names


def test_a_trusted_proxy_is_nobody_and_others_are_somebody() -> None:
    trusted = (ipaddress.ip_network("10.0.0.0/8"),)
    for peer, count in (("10.1.2.3", 0), ("::ffff:10.1.2.3", 0), ("192.0.2.1", 1)):
        assert len(counted_for(peer, trusted, behind_proxy=True)) == count
