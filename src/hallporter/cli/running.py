"""Running the application: in this process, or in workers that are replaced when they die."""

import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess

from hallporter.cli.certificates import Certificate
from hallporter.cli.connection import BoundedConnection
from hallporter.cli.lean_structlog import structlog
from hallporter.config import Config
from hallporter.edge.asgi import AsgiApp

log = structlog.get_logger()

_DRAIN_SECONDS = 10
_WORKERS_READY_SECONDS = 30

ReadyCallback = Callable[[], None]


def run(
    app: AsgiApp | str,
    config: Config,
    certificate: Certificate | None,
    sockets: list[socket.socket],
    ready: ReadyCallback,
) -> bool:
    """Serve until told to stop, finishing what is in flight; False when it could not start.

    `app` by name is imported by each of the workers; `ready` is called once all of them serve.
    """
    settings = uvicorn.Config(
        app,  # type: ignore[arg-type]  # uvicorn spells the same protocol with its own types
        factory=isinstance(app, str),
        workers=config.workers,
        http=BoundedConnection,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        # Anybody can send forwarding headers.
        proxy_headers=False,
        timeout_keep_alive=config.keep_alive_seconds,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
        ssl_certfile=None if certificate is None else certificate.certificate,
        ssl_keyfile=None if certificate is None else certificate.key,
    )
    if config.workers == 1:
        server = _Server(settings, ready)
        server.run(sockets)
        return server.started
    supervisor = _Supervisor(settings, sockets, ready)
    supervisor.run()
    return not supervisor.has_failed


class _Server(uvicorn.Server):
    """uvicorn, which tells when it is ready and ends like any function."""

    def __init__(self, config: uvicorn.Config, ready: ReadyCallback) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        with super().capture_signals():
            yield
            # It would raise them again: the database is not stopped yet.
            self._captured_signals.clear()


class _Supervisor(Multiprocess):
    """uvicorn's supervisor, which tells when all workers are ready and when one had to go."""

    has_failed = False

    def __init__(
        self, config: uvicorn.Config, sockets: list[socket.socket], ready: ReadyCallback
    ) -> None:
        super().__init__(config, sockets)
        self._ready = ready

    def init_processes(self) -> None:
        super().init_processes()
        if all(
            each.wait_until_ready(_WORKERS_READY_SECONDS, self.should_exit)
            for each in self.processes
        ):
            self._ready()

    def keep_subprocess_alive(self) -> None:
        before = list(self.processes)
        super().keep_subprocess_alive()
        for gone, new in zip(before, self.processes, strict=True):
            if gone is not new:
                log.warning("worker replaced", gone=gone.pid, new=new.pid)
        self.has_failed = any(each.exitcode == STARTUP_FAILURE for each in self.processes)
