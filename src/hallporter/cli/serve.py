"""`hallporter serve`: the server, from the first socket to the last answer."""

import asyncio
import importlib
import os
import signal
import socket
import threading

from hallporter import config as configuration
from hallporter.cli import (
    addresses,
    announcement,
    certificates,
    house,
    listening,
    logs,
    tenants,
)
from hallporter.cli.tenants import Tenant
from hallporter.config import Config
from hallporter.contract.instance import hostname, is_loopback
from hallporter.contract.settings import Settings
from hallporter.core.refusal import Refusal
from hallporter.features.instances import actions as instances
from hallporter.features.instances import safety
from hallporter.features.instances.actions import NewInstance
from hallporter.features.instances.directory import DEFAULT
from hallporter.features.instances.safety import Listening

_APPLICATION = "hallporter.cli.application"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def serve(config: Config) -> None:
    """Serve both APIs until told to stop."""
    logs.configure(config)
    _end_on_signals()
    tenants.refuse(safety.of_serving(listening_of(config), []))
    sockets = listening.open_sockets(config)
    loading = _load_application(config)
    try:
        with house.database_at(config) as running:
            loading.join()
            try:
                _run(running, sockets, is_ours=config.database_url is None)
            finally:
                _ignore_signals()
    finally:
        listening.close(sockets)


def listening_of(config: Config) -> Listening:
    """Return how a server with this config can be reached."""
    return Listening(config.host, config.tls is not None, config.behind_proxy)


def _run(config: Config, sockets: list[socket.socket], *, is_ours: bool) -> None:
    found, is_first = asyncio.run(_open(config, is_ours=is_ours))
    names = [hostname(tenant.row.frontend_host) for tenant in found]
    certificate = certificates.certificate_of(config, [name for name in names if is_loopback(name)])
    address = addresses.of(config, None if certificate is None else certificate.authority)

    def ready() -> None:
        addresses.remember(config.data_dir, address)
        announcement.announce(config, address, found, is_first=is_first)

    # Not before the application: uvicorn alone is a tenth of a second.
    from hallporter.cli import running

    app = f"{_APPLICATION}:worker"
    if config.workers == 1:
        app = importlib.import_module(_APPLICATION).application(config)
    else:
        os.environ.update(configuration.environment_of(config))
    if not running.run(app, config, certificate, sockets, ready):
        raise Refusal("The server did not start: the log says why.")


async def _open(config: Config, *, is_ours: bool) -> tuple[list[Tenant], bool]:
    """Return the instances, and whether there was none before."""
    reached = listening_of(config)
    async with house.unlocked(config, is_ours=is_ours) as opened:
        first = NewInstance(
            slug=DEFAULT,
            # A host in a publishable key must have a dot.
            frontend_host=f"clerk.localhost:{config.port}",
            settings=Settings(test_mode=reached.is_private),
        )
        is_first = await instances.create_first_instance(opened.db, opened.box, first, opened.now)
        found = await tenants.all_of(opened.db, opened.box)
    tenants.refuse(safety.of_serving(reached, [tenant.subject for tenant in found]))
    return found, is_first


def _load_application(config: Config) -> threading.Thread:
    """Load the application's modules while the database starts: both take half a second."""
    wanted = "hallporter.cli.running" if config.workers > 1 else _APPLICATION
    loading = threading.Thread(target=importlib.import_module, args=(wanted,))
    loading.start()
    return loading


def _end_on_signals() -> None:
    """End by an exception until the server listens to signals itself, so that all is closed."""
    for name in _SIGNALS:
        signal.signal(name, _end)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        # The terminal is gone: end as gently as if asked to.
        signal.signal(signal.SIGHUP, _end_gently)


def _ignore_signals() -> None:
    """What is left is stopping the database, which an impatient second signal must not cut off."""
    for name in _SIGNALS:
        signal.signal(name, signal.SIG_IGN)


def _end_gently(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _end(*_: object) -> None:
    raise SystemExit(0)
