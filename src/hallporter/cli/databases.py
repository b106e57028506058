"""The database of a command: the bundled one, started or joined, or the one it is told."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

from hallporter.config import Config
from hallporter.core import data_dir, embedded
from hallporter.core.refusal import Refusal


@contextmanager
def database_at(config: Config) -> Generator[Config]:
    """Yield the config with the address of a running database in it; stop it after if it is ours.

    It blocks: no event loop runs yet, or it is called in a thread.
    """
    try:
        config = replace(config, data_dir=data_dir.prepare(config.data_dir))
    except OSError as error:
        raise Refusal(f"{config.data_dir} cannot be used: {error.strerror}.") from error
    if config.database_url is not None:
        yield config
        return
    bundled = embedded.start(config.data_dir)
    try:
        yield replace(config, database_url=bundled.dsn)
    finally:
        bundled.stop()
