"""A reply is one write, however many pieces it has, and no piece is lost."""

import asyncio
from typing import cast

from hallporter.cli.connection import BoundedConnection
from hallporter.cli.one_write import OneWriteProtocol, _Gathering  # pyright: ignore[reportPrivateUsage]


class Wire:
    """A transport that remembers."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


def _wire(steps: str) -> Wire:
    async def tell() -> Wire:
        wire = Wire()
        transport = _Gathering(cast("asyncio.Transport", wire), asyncio.get_running_loop())
        for word in steps.split():
            if word == "|":
                await asyncio.sleep(0)
            elif word == "close":
                transport.close()
            elif word == "lost":
                wire.closed = True
            else:
                transport.write(word.encode())
        await asyncio.sleep(0)
        return wire

    return asyncio.run(tell())


def test_head_and_body_leave_together() -> None:
    assert _wire("head body").sent == [b"headbody"]


def test_another_turn_is_another_write() -> None:
    assert _wire("head body | head body").sent == [b"headbody", b"headbody"]


def test_closing_sends_what_is_left_first() -> None:
    wire = _wire("head body close")
    assert wire.sent == [b"headbody"]
    assert wire.closed


def test_nothing_is_written_to_a_lost_connection() -> None:
    assert _wire("head lost").sent == []


def test_it_is_the_protocol_that_uvicorn_would_choose() -> None:
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    assert issubclass(BoundedConnection, OneWriteProtocol)
    assert issubclass(OneWriteProtocol, AutoHTTPProtocol)
