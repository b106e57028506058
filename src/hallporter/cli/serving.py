"""What `serve` does between the start and the end of the database."""

import asyncio
import gc
import os
import socket
import threading

from hallporter import config as configuration
from hallporter.cli import addresses, certificates, command_context, listening, running, tenants
from hallporter.cli.lean_structlog import structlog
from hallporter.cli.tenants import Tenant
from hallporter.config import Config
from hallporter.contract.hosts import hostname, is_loopback
from hallporter.contract.settings import Settings
from hallporter.core import postgres_address
from hallporter.core.ending import Ending
from hallporter.core.operator_error import OperatorError, refuse_if
from hallporter.edge.asgi import AsgiApp
from hallporter.features.directory.directory import DEFAULT
from hallporter.features.instances import actions as instance_actions
from hallporter.features.instances.actions import NewInstance
from hallporter.features.settings import safety

log = structlog.get_logger()


def serve(config: Config, sockets: list[socket.socket], ending: Ending, *, is_ours: bool) -> None:
    """Serve until told to stop."""
    found, is_first = asyncio.run(_open(config, is_ours=is_ours))
    unserved = _unserved(config, found)
    names = [hostname(tenant.row.frontend_host) for tenant in found]
    certificate = certificates.certificate_of(config, [name for name in names if is_loopback(name)])
    address = addresses.of(config, None if certificate is None else certificate.authority)
    if config.behind_proxy and not config.trusted_proxies:
        log.warning("visitors' addresses are unknown", remedy="name the proxy: --trusted-proxies")

    def ready() -> None:
        gc.freeze()
        gc.enable()
        addresses.remember(config.data_dir, address)
        # Beside the first requests: what paints it takes longer to load than they to be answered.
        threading.Thread(target=announce).start()

    def announce() -> None:
        from hallporter.cli import announcement

        announcement.announce(config, address, found, unserved, is_first=is_first)

    if not running.run(_application(config, ending), config, certificate, sockets, ready):
        raise OperatorError("The server did not start: the log says why.")


async def _open(config: Config, *, is_ours: bool) -> tuple[list[Tenant], bool]:
    """Return the instances, and whether there was none before."""
    reached = listening.reached(config)
    if config.database_replica_url is not None:
        postgres_address.refuse_malformed(config.database_replica_url, "DATABASE_REPLICA_URL")
    async with command_context.unlocked(config, is_ours=is_ours) as opened:
        first = NewInstance(
            slug=DEFAULT,
            # A host in a publishable key must have a dot.
            frontend_host=f"clerk.localhost:{config.port}",
            settings=Settings(test_mode=not reached.is_exposed),
        )
        is_first = await instance_actions.create_first_instance(
            opened.db, opened.box, first, opened.now
        )
        found = await tenants.all_of(opened.db, opened.box)
    return found, is_first


def _unserved(config: Config, found: list[Tenant]) -> list[str]:
    """Return what keeps instances from being served; refuse if that is all of them."""
    reached = listening.reached(config)
    wrong = [safety.of_serving(reached, [tenant.subject]) for tenant in found]
    sentences = [sentence for each in wrong for sentence in each]
    refuse_if(sentences if all(wrong) else [])
    return sentences


def _application(config: Config, ending: Ending) -> AsgiApp | str:
    if config.workers > 1:
        # Each worker makes its own, from this.
        os.environ.update(configuration.environment_of(config))
        return "hallporter.cli.application:worker"
    from hallporter.cli import application

    return application.application(config, ending.give_up)
