"""uvicorn's connection with bounds: on the size of a head, and on the time that a peer may take.

uvicorn itself reads heads of any size, and waits for the rest of a head or body, or for a reply to
be read, as long as a peer likes.
"""

import asyncio
from typing import Any

import msgspec
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE
from uvicorn.server import ServerState

from hallporter.cli.lean_structlog import structlog
from hallporter.cli.one_protocol import OneProtocol
from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.api_version import UNDATED
from hallporter.edge import error_envelope, reply
from hallporter.edge.connections import Connections
from hallporter.edge.response import JSON

log = structlog.get_logger()

MAX_HEAD_LINES = 200
MAX_HEAD_BYTES = 64 * 1024
# A picture of the greatest size in base64, and some.
MAX_BODY_BYTES = 16 * 1024 * 1024
# Requests that wait for the reply to one before them.
MAX_WAITING = 16
# Bytes a second: a telephone at the edge of its network.
SLOWEST = 4 * 1024
# What the frame of a chunk takes (RFC 9112, section 7.1).
_FRAME = 16


class _Wait(msgspec.Struct, frozen=True):
    """What a peer is waited for, since when, and how much had come or gone by then."""

    what: str
    scope: object
    """The request's, which is another for each."""
    since: float
    moved: int

    def is_over(self, now: float, seconds: int, moved: int) -> bool:
        """Tell whether it takes longer than `seconds`, and one for each `SLOWEST` bytes."""
        return now - self.since > seconds + (moved - self.moved) / SLOWEST


class BoundedConnection(OneProtocol):
    """HTTP/1.1 of which every request has its size and its time.

    Times are taken when all connections are looked at: a request that is done before costs nothing.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._connections: Connections = app_state["connections"]
        self.headers = []
        self._beside_body = 0
        self._read = self._read_before = 0
        """How much came at once: just now, and with the end of the head before."""
        self._body = 0
        self._sending: _Wait | None = None
        self._reading: _Wait | None = None
        self._error: ApiError | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in OneWriteProtocol
        """Begin with a connection, or turn it away."""
        super().connection_made(transport)
        error = self._connections.take(self, self.client[0] if self.client else "")
        if error is not None:
            self._end(error)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        # uvicorn keeps it, and all that hangs on it, when the peer has reset the connection.
        self._unset_keepalive_if_required()
        self._connections.leave(self)

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        self._read = len(data)
        self._beside_body += self._read
        super().data_received(data)
        # A head that has no end yet, or trailers.
        if self._beside_body > MAX_HEAD_BYTES or len(self.headers) > MAX_HEAD_LINES:
            self._end(errors.request.head_too_large(lines=MAX_HEAD_LINES, bytes=MAX_HEAD_BYTES))

    def on_headers_complete(self) -> None:
        """Refuse a head that is too large before anything is made of it."""
        if len(self.headers) > MAX_HEAD_LINES or (
            # Looked at only where more has come: most of it may be a body, or the request before.
            self._beside_body + self._read_before > MAX_HEAD_BYTES
            and self._head_bytes() > MAX_HEAD_BYTES
        ):
            self._stop(errors.request.head_too_large(lines=MAX_HEAD_LINES, bytes=MAX_HEAD_BYTES))
        if len(self.pipeline) >= MAX_WAITING:
            self._stop(errors.request.malformed())
        super().on_headers_complete()
        # uvicorn appends trailers to what the application may not have read yet: what a proxy takes
        # out of a head, or puts there, must not come in behind the body (RFC 9110 §6.5.1).
        self.headers = []
        self._beside_body = self._body = 0
        self._read_before = self._read

    def on_body(self, body: bytes) -> None:
        """Give a body its size."""
        self._beside_body = max(0, self._beside_body - len(body) - _FRAME)
        self._body += len(body)
        if self._body > MAX_BODY_BYTES:
            self._stop(errors.request.body_too_large(limit=MAX_BODY_BYTES))
        super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read, in the same words as everything else."""
        self._end(self._error or errors.request.malformed())

    def end_if_overdue(self, now: float) -> None:
        """End the connection if its peer takes longer than it may."""
        if self._is_read_too_slowly(now):
            self.transport.abort()
        elif self._is_sent_too_slowly(now):
            self._end(errors.request.timed_out() if self.scope else None)

    def end_if_idle(self) -> bool:
        """End the connection if nothing is under way on it."""
        is_idle = self._is_free and not (self.scope and self._is_in_head)
        if is_idle:
            self.transport.close()
        return is_idle

    @property
    def _is_free(self) -> bool:
        # It is none before the first request, whatever its type says.
        return not self.cycle or self.cycle.response_complete

    @property
    def _is_in_head(self) -> bool:
        # uvicorn makes the scope of a request when it begins, and its cycle when its head is read.
        return not self.cycle or self.cycle.scope is not self.scope

    def _is_sent_too_slowly(self, now: float) -> bool:
        awaited = self._awaited()
        if awaited is None or self.flow.read_paused:
            self._sending = None
            return False
        what, seconds = awaited
        wait = self._sending
        if wait is None or wait.what != what or wait.scope is not self.scope:
            wait = self._sending = _Wait(what, self.scope, now, self._body)
        return wait.is_over(now, seconds, self._body)

    def _awaited(self) -> tuple[str, int] | None:
        """Return what is waited for, and how many seconds it may take."""
        limits = self._connections.limits
        if self._is_in_head:
            return "head", limits.head_seconds
        if self.cycle.more_body:
            return "body", limits.transfer_seconds
        if self._is_free and self.timeout_keep_alive_task is None:
            # Something came that begins no request.
            return "nothing", limits.head_seconds
        return None

    def _is_read_too_slowly(self, now: float) -> bool:
        left = self.transport.get_write_buffer_size()
        if not left:
            self._reading = None
            return False
        gone = self.written - left
        if self._reading is None:
            self._reading = _Wait("reply", None, now, gone)
        return self._reading.is_over(now, self._connections.limits.transfer_seconds, gone)

    def _head_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _stop(self, error: ApiError) -> None:
        """Stop the parser, which may have more of this before it."""
        self._error = error
        raise ValueError("refused")

    def _end(self, error: ApiError | None) -> None:
        """End the connection; `error` is told where it cannot be taken for another's reply."""
        if self.transport.is_closing():
            return
        # Nothing is under way, or a body whose request has had no reply.
        may_tell = (
            not (self.cycle and self.cycle.more_body)
            if self._is_free
            else not (self._is_in_head or self.cycle.response_started)
        )
        if error is not None and may_tell and not self.pipeline:
            self.transport.write(self._error_reply(error))
        self.transport.close()

    def _error_reply(self, error: ApiError) -> bytes:
        trace_id = error_envelope.new_trace_id()
        codes = [each.kind.code for each in error.occurrences]
        log.info("request refused", trace_id=trace_id, codes=codes)
        body = reply.encode(error_envelope.envelope(error, trace_id), UNDATED)
        lines = [
            *self.server_state.default_headers,
            (b"content-type", JSON.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        if error.retry_after_seconds is not None:
            lines.append((b"retry-after", b"%d" % error.retry_after_seconds))
        head = b"".join(b"%s: %s\r\n" % line for line in lines)
        return STATUS_LINE[error.status] + head + b"\r\n" + body
