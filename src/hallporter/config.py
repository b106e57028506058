"""The process: where it listens, where its data is. Instances have settings, processes config."""

import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from hallporter.core.crypto_box import KEY_VARIABLE
from hallporter.core.refusal import Refusal
from hallporter.core.secret import Secret

_PREFIX = "HALLPORTER_"
DEFAULT_PORT = 4100


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the process is told from outside."""

    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = DEFAULT_PORT
    """The port of both APIs, or of the Frontend API alone beside `backend_port`."""
    backend_port: int | None = None
    """A port of its own for the Backend API."""
    data_dir: Path = Path("data")
    """Where the bundled database, the master key and the browser bundles live."""
    database_url: str | None = None
    """A PostgreSQL 15 or newer to use instead of the bundled one."""
    workers: int = 1
    """How many processes answer."""
    tls: str | None = None
    """`auto` for a certificate of a local authority, or `CERT,KEY`: paths of two PEM files."""
    log_level: str = "info"
    """The least severe event that is logged."""

    @property
    def scheme(self) -> str:
        """What our own address begins with."""
        return "http" if self.tls is None else "https"


def load(**given: object) -> Config:
    """Return the config from `given` (but None), then the environment, then the defaults."""
    values: dict[str, object] = {}
    for field in fields(Config):
        chosen = given.get(field.name)
        if chosen is None:
            chosen = _from_environment(field.name)
        if chosen is not None:
            values[field.name] = _converted(field.name, chosen)
    return Config(**values)  # type: ignore[arg-type]  # converted by name just above


def environment_of(config: Config) -> dict[str, str]:
    """Return the environment from which `load` makes the same config: how workers get it."""
    told = {name: value for name, value in asdict(config).items() if value is not None}
    return {_variable(name): str(value) for name, value in told.items()}


def master_key() -> Secret | None:
    """Return the master key that the environment holds, if any."""
    text = os.environ.get(KEY_VARIABLE)
    return None if not text else Secret(text)


def _from_environment(name: str) -> str | None:
    return os.environ.get(_variable(name)) or None


def _variable(name: str) -> str:
    # The one name that every host and tool already uses.
    return "DATABASE_URL" if name == "database_url" else _PREFIX + name.upper()


def _converted(name: str, value: object) -> object:
    if name in ("port", "backend_port", "workers"):
        try:
            return int(str(value))
        except ValueError as refused:
            raise Refusal(f"{_variable(name)} must be a whole number, not {value!r}.") from refused
    return Path(str(value)).expanduser() if name == "data_dir" else str(value)
