"""`hallporter doctor`: what is wrong here, a line for each thing looked at."""

import asyncio
import os
import socket
from collections.abc import AsyncGenerator, Iterator
from contextlib import closing

import msgspec
from rich.console import Console
from rich.text import Text

from hallporter import config as configuration
from hallporter import migrations
from hallporter.cli import addresses, databases, listening, tenants
from hallporter.config import Config
from hallporter.core import database, postgres_address
from hallporter.core.database import Database
from hallporter.core.embedded import cluster
from hallporter.core.operator_error import OperatorError
from hallporter.core.replica import Replica
from hallporter.delivery import npm_packages, npm_transfer
from hallporter.delivery.npm_pins import PINS, PackageUnavailable
from hallporter.features.instances import actions as instance_actions
from hallporter.features.settings import safety

_LOOKS_AT_REPLICA = 4
_BETWEEN_LOOKS_SECONDS = 0.5


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at."""

    what: str
    is_good: bool
    said: str


def examine(config: Config) -> bool:
    """Print what was found; True when all is well."""
    console = Console(highlight=False)
    is_well = True
    for finding in _findings(config):
        is_well = is_well and finding.is_good
        mark = ("ok  ", "green") if finding.is_good else ("FAIL", "bold red")
        line = Text.assemble(mark, f"  {finding.what}: {finding.said}")
        console.print(line, soft_wrap=True)
    return is_well


def _findings(config: Config) -> Iterator[Finding]:
    yield _data_dir(config)
    yield from _database(config)
    yield _npm()
    yield _bundles(config)
    yield from _ports(config)


def _data_dir(config: Config) -> Finding:
    what, path = "data directory", config.data_dir.absolute()
    if not path.is_dir():
        return Finding(what, True, f"{path} is not there yet, `hallporter serve` makes it")
    others = path.stat().st_mode & 0o066
    if os.name == "posix" and others:
        return Finding(what, False, f"others may read or write {path}: run `chmod go-rw {path}`")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return Finding(what, False, f"this user may not write to {path}: start as its owner")
    return Finding(what, True, str(path))


def _database(config: Config) -> Iterator[Finding]:
    if config.database_url is None and not cluster.directory(config.data_dir).exists():
        yield Finding("database", True, "not there yet, `hallporter serve` makes it")
        return
    try:
        with databases.database_at(config) as running:
            yield from asyncio.run(_inside(running))
    except OperatorError as error:
        yield Finding("database", False, str(error))


async def _inside(config: Config) -> list[Finding]:
    return [finding async for finding in _look_inside(config, config.database_url or "")]


async def _look_inside(config: Config, dsn: str) -> AsyncGenerator[Finding]:
    version = await postgres_address.refuse_unusable(dsn)
    yield Finding("database", True, f"PostgreSQL {version} answers")
    waiting = await migrations.pending(dsn)
    if waiting:
        said = f"{len(waiting)} not applied yet: `hallporter migrate` applies them"
        yield Finding("migrations", False, said)
        return
    yield Finding("migrations", True, "all applied")
    db = await database.connect(dsn, size=1)
    try:
        if config.database_replica_url is not None:
            yield await _replica(db, config.database_replica_url)
        known = await instance_actions.known_master_key(db)
        if known is None:
            yield Finding("master key", True, "none needed yet")
            return
        try:
            box = await instance_actions.open_box(
                db, config.data_dir, configuration.master_key(), expected_fingerprint=known
            )
        except OperatorError as error:
            yield Finding("master key", False, str(error))
            return
        yield Finding("master key", True, f"fits ({box.fingerprint})")
        found = await tenants.all_of(db, box)
    finally:
        await db.close()
    wrong = safety.of_serving(listening.reached(config), [each.subject for each in found])
    for sentence in wrong:
        yield Finding("instances", False, sentence)
    if not wrong:
        yield Finding("instances", True, ", ".join(each.row.slug for each in found) or "none yet")


async def _replica(db: Database, dsn: str) -> Finding:
    what, replica, reason = "replica", Replica(db, dsn), None
    try:
        for _ in range(_LOOKS_AT_REPLICA):
            reason = await replica.measure()
            if reason is None:
                return Finding(what, True, "follows closely enough to answer lists")
            await asyncio.sleep(_BETWEEN_LOOKS_SECONDS)
    finally:
        await replica.close()
    return Finding(what, False, f"{reason}: the primary answers lists")


def _npm() -> Finding:
    try:
        return Finding("npm", True, npm_transfer.find_npm())
    except PackageUnavailable as unavailable:
        return Finding("npm", False, unavailable.sentence)


def _bundles(config: Config) -> Finding:
    here = {(each.name, each.version) for each in npm_packages.installed(config.data_dir)}
    missing = [str(pin) for pin in PINS if (pin.name, pin.version) not in here]
    if missing:
        said = f"{', '.join(missing)} not here: run `hallporter assets fetch`"
        return Finding("browser bundles", False, said)
    return Finding("browser bundles", True, "all here")


def _ports(config: Config) -> Iterator[Finding]:
    address = addresses.last_known(config)
    if addresses.is_running(address):
        yield Finding("server", True, f"runs at {address.url}")
        return
    for port in (config.port, config.backend_port):
        if port is not None and _is_taken(config.host, port):
            yield Finding("port", False, f"{port} is in use by another program: choose another")
        elif port is not None:
            yield Finding("port", True, f"{port} is free")


def _is_taken(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0
