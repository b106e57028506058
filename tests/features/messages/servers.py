"""A mail server and an SMS carrier that take, refuse or drop what they are told to."""

import base64
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qsl

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.cli.processes import free_port
from tests.endless import written_without_end

LOGIN, PASSWORD = "mailer", "canary-smtp-password"


@dataclass
class MailServer:
    """An SMTP server on this machine, and what it took."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list[EmailMessage])
    envelopes: list[tuple[str, list[str]]] = field(
        default_factory=list[tuple[str, list[str]]],
    )
    """From whom and to whom they came, as the protocol says it."""
    logins: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    answers: list[str] = field(default_factory=list[str])
    """What it says to the next mails instead of taking them."""
    offers: int = 0
    """How many mails were offered, taken or not."""

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:
        """Take or refuse a mail."""
        self.offers += 1
        if self.answers:
            return self.answers.pop(0)
        self.envelopes.append((envelope.mail_from or "", envelope.rcpt_tos))
        content = cast("bytes", envelope.content)
        self.mails.append(
            cast("EmailMessage", message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        )
        return "250 taken"

    def login(self, *given: Any) -> AuthResult:
        """Note a login and take only the right one."""
        data = cast("LoginPassword", given[-1])
        name, password = data.login.decode(), data.password.decode()
        self.logins.append((name, password))
        return AuthResult(success=(name, password) == (LOGIN, PASSWORD), handled=False)


@contextmanager
def mail_server(**options: Any) -> Generator[MailServer]:
    """Run a mail server; `options` are those of aiosmtpd."""
    made = MailServer(free_port())
    controller = Controller(
        made,
        hostname="127.0.0.1",
        port=made.port,
        authenticator=made.login,
        auth_require_tls=False,
        **options,
    )
    controller.start()
    try:
        yield made
    finally:
        controller.stop()


@dataclass(frozen=True)
class Posted:
    """A request that the carrier got."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body))

    @property
    def json(self) -> dict[str, Any]:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def login(self) -> str:
        """User and password of basic authentication."""
        return base64.b64decode(self.headers["authorization"].removeprefix("Basic ")).decode()


@dataclass
class Carrier:
    """An HTTP server that answers as Twilio does: 201 and the message, or an error."""

    url: str
    posted: list[Posted] = field(default_factory=list[Posted])
    answers: list[tuple[int, Any] | None] = field(default_factory=list[tuple[int, Any] | None])
    """What it says to the next messages; None hangs up without a word."""
    is_endless: bool = False
    """Whether its answers never end."""
    sent: int = 0
    """How many bytes of such an answer could be sent."""


@contextmanager
def carrier() -> Generator[Carrier]:
    """Run a carrier."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(length).decode()
            made.posted.append(Posted(self.path, headers, body))
            taken = (201, {"sid": "SM0", "status": "queued", "error_code": None})
            answer = made.answers.pop(0) if made.answers else taken
            if answer is None:
                self.close_connection = True
                return
            status, content = answer
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())
            if made.is_endless:
                made.sent = written_without_end(self.wfile, bytes(64 * 1024))

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Carrier(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
