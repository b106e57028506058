"""A way to PostgreSQL that can be cut when a word has passed and its answer has not."""

import select
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs, urlsplit

_CHUNK = 65_536
_LOOK_EVERY_SECONDS = 0.1


class CuttingProxy:
    """Passes connections on to a PostgreSQL until a word is sent that it shall cut after."""

    def __init__(self, dsn: str) -> None:
        parts = urlsplit(dsn)
        self._socket = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        host, port = self._listening.getsockname()
        self.dsn = f"postgresql://{parts.username}:{parts.password}@{host}:{port}{parts.path}"
        self.cut_after: bytes | None = None
        """The word; once it has been sent, and its connection been cut, None again."""

    def close(self) -> None:
        """Cut everything and take no connections any more."""
        self._ended.set()
        for thread in self._threads:
            thread.join()
        self._listening.close()

    def _accept(self) -> None:
        while not self._ended.is_set():
            if select.select([self._listening], [], [], _LOOK_EVERY_SECONDS)[0]:
                client, _ = self._listening.accept()
                self._threads.append(threading.Thread(target=self._serve, args=(client,)))
                self._threads[-1].start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(self._socket)
            while not self._ended.is_set():
                for one in select.select([client, server], [], [], _LOOK_EVERY_SECONDS)[0]:
                    data = one.recv(_CHUNK)
                    if not data:
                        return
                    (server if one is client else client).sendall(data)
                    if one is client and self.cut_after is not None and self.cut_after in data:
                        self.cut_after = None
                        return


@contextmanager
def cutting_proxy(dsn: str) -> Generator[CuttingProxy]:
    """Yield a proxy before the bundled PostgreSQL at `dsn`."""
    proxy = CuttingProxy(dsn)
    try:
        yield proxy
    finally:
        proxy.close()
