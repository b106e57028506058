"""A stand-in for Have I Been Pwned: its range API over passwords of our own."""

import hashlib
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.endless import written_without_end

_PADDING = "0" * 35 + ":0"


@dataclass
class Breaches:
    """What the service knows, and what it was asked."""

    url: str = ""
    is_down: bool = False
    is_endless: bool = False
    """Whether its answers never end, and hold every digest at last."""
    sent: int = 0
    """How many bytes of such an answer could be sent."""
    digests: list[str] = field(default_factory=list[str])
    prefixes: list[str] = field(default_factory=list[str])

    def add(self, password: str) -> None:
        """Let a password have leaked."""
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest()
        self.digests.append(digest.upper())

    def answer(self, prefix: str) -> str:
        """Return the rest of every digest that begins with `prefix`, with its count."""
        found = [digest[5:] + ":12" for digest in self.digests if digest.startswith(prefix)]
        return "\r\n".join([_PADDING, *found])


@contextmanager
def running_breaches() -> Generator[Breaches]:
    """Serve on a free port."""
    service = Breaches()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            prefix = self.path.rpartition("/")[2]
            service.prefixes.append(prefix)
            self.send_response(503 if service.is_down else 200)
            self.end_headers()
            if service.is_endless:
                service.sent = written_without_end(self.wfile, f"{_PADDING}\r\n".encode() * 2_000)
            # Nobody may be there any more.
            with suppress(OSError):
                self.wfile.write(service.answer(prefix).encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        service.url = f"http://127.0.0.1:{httpd.server_address[1]}/range/"
        thread = Thread(target=httpd.serve_forever)
        thread.start()
        try:
            yield service
        finally:
            httpd.shutdown()
            thread.join()
