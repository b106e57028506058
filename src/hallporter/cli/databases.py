"""The database of a command: the bundled one, started or joined, or the configured one."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

from hallporter.config import Config
from hallporter.core import connection_string, data_dir, embedded
from hallporter.core.ending import FailureCallback
from hallporter.core.operator_error import OperatorError


@contextmanager
def database_at(config: Config, give_up: FailureCallback | None = None) -> Generator[Config]:
    """Yield the config with the address of a running database in it; stop it after if it is ours.

    Whoever needs it for long says how to `give_up`: it is then started again if it ends. It blocks:
    no event loop runs yet, or it is called in a thread.
    """
    try:
        config = replace(config, data_dir=data_dir.prepare(config.data_dir))
    except OSError as error:
        raise OperatorError(f"{config.data_dir} cannot be used: {error.strerror}.") from error
    if config.database_url is not None:
        yield _understood(config, config.database_url)
        return
    bundled = embedded.start(config.data_dir)
    watch = None if give_up is None else bundled.watch(give_up)
    try:
        yield replace(config, database_url=bundled.dsn)
    finally:
        if watch is not None:
            watch.end()
        bundled.stop()


def _understood(config: Config, url: str) -> Config:
    replica = config.database_replica_url
    return replace(
        config,
        database_url=connection_string.understood(url, "DATABASE_URL"),
        database_replica_url=None
        if replica is None
        else connection_string.understood(replica, "DATABASE_REPLICA_URL"),
    )
