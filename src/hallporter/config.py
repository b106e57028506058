"""The process: where it listens, where its data is. Instances have settings, processes config."""

import ipaddress
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from hallporter.core.operator_error import OperatorError
from hallporter.core.secret import Secret

_PREFIX = "HALLPORTER_"
DEFAULT_PORT = 4100
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("auto", "console", "json")

_OF_CONNECTIONS = (
    *("keep_alive_seconds", "head_seconds", "transfer_seconds"),
    *("max_connections", "max_connections_per_address"),
)
_NUMBERS = ("port", "backend_port", "workers", *_OF_CONNECTIONS)
_SWITCHES = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Config:
    """The options of the process."""

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
    database_replica_url: str | None = None
    """A streaming replica of that PostgreSQL, which lists are read from while it is fresh."""
    workers: int = 1
    """How many processes answer."""
    tls: str | None = None
    """`auto` for a certificate of a local authority, or `CERT,KEY`: paths of two PEM files."""
    behind_proxy: bool = False
    """Whether a proxy in front ends TLS, so that every request that arrives came over https."""
    trusted_proxies: str | None = None
    """Addresses and networks, with commas between them, of the proxies that say who sends what."""
    keep_alive_seconds: int = 75
    """How long a connection may idle between two requests: longer than a balancer keeps it."""
    head_seconds: int = 15
    """How long the head of a request may take."""
    transfer_seconds: int = 30
    """How long a body, or reading a reply, may take, and a second more for each 4 kB of it."""
    max_connections: int = 10_000
    """How many connections a process may have."""
    max_connections_per_address: int = 500
    """How many of them one address may have, or one network of IPv6 (`core/networks.py`)."""
    deliver: bool = True
    """Whether this process delivers mail and SMS, or leaves them to `hallporter worker`."""
    migrate: bool = True
    """Whether a start brings the database to this release's schema, or refuses an older one."""
    prefetch: bool = True
    """Whether to fetch missing browser bundles after the start, before a page asks for them."""
    log_level: str = "info"
    """The least severe event that is logged."""
    log_format: str = "auto"
    """How events are logged: `console`, `json`, or `auto`: for people on a terminal only."""

    @property
    def scheme(self) -> str:
        """What our own address begins with."""
        return "http" if self.tls is None else "https"

    @property
    def trusted_networks(self) -> tuple[Network, ...]:
        """The proxies that are believed about the address of whoever sends a request."""
        given = self.trusted_proxies or ""
        return tuple(_network(each.strip()) for each in given.split(",") if each.strip())


def load(**given: object) -> Config:
    """Return the config from `given` (but None), then the environment, then the defaults."""
    values: dict[str, object] = {}
    for field in fields(Config):
        chosen = given.get(field.name)
        if chosen is None:
            chosen = _from_environment(field.name)
        if chosen is not None:
            values[field.name] = _converted(field.name, chosen)
    config = Config(**values)  # type: ignore[arg-type]  # converted by name just above
    _refuse_contradictions(config)
    return config


def environment_of(config: Config) -> dict[str, str]:
    """Return the environment from which `load` makes the same config: how workers get it."""
    given = {name: value for name, value in asdict(config).items() if value is not None}
    return {variable(name): str(value) for name, value in given.items()}


def master_key() -> Secret | None:
    """Return the master key that the environment holds, if any."""
    # It loads a tenth of a second of cryptography, which not every command needs.
    from hallporter.core.crypto_box import KEY_VARIABLE

    text = os.environ.get(KEY_VARIABLE)
    return None if not text else Secret(text)


def variable(name: str) -> str:
    """Return the environment variable of a field."""
    # DATABASE_URL is the one name that every host and tool already uses.
    return ("" if name.startswith("database_") else _PREFIX) + name.upper()


def _from_environment(name: str) -> str | None:
    return os.environ.get(variable(name)) or None


def _converted(name: str, value: object) -> object:
    text = str(value)
    if name in _NUMBERS:
        return _number(name, text)
    if name in ("behind_proxy", "deliver", "migrate", "prefetch"):
        return _switch(name, text)
    return Path(text).expanduser() if name == "data_dir" else text


def _number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise OperatorError(f"{variable(name)} must be a whole number, not {text!r}.") from None


def _switch(name: str, text: str) -> bool:
    chosen = _SWITCHES.get(text.lower())
    if chosen is None:
        raise OperatorError(f"{variable(name)} must be 1 or 0, not {text!r}.")
    return chosen


def _network(text: str) -> Network:
    try:
        found = ipaddress.ip_network(text)
    except ValueError as error:
        raise OperatorError(
            f"{text!r} among the trusted proxies is no address or network ({error}): write them "
            "like 10.0.0.0/8,::1."
        ) from None
    if found.prefixlen == 0:
        raise OperatorError(
            f"{text} among the trusted proxies is everybody, who could then choose an address: "
            "name the proxies in front of this server."
        )
    return found


def _refuse_contradictions(config: Config) -> None:
    for port in (config.port, config.backend_port):
        if port is not None and not 0 < port < 65536:
            raise OperatorError(f"{port} is not a port: choose one from 1 to 65535.")
    if config.port == config.backend_port:
        raise OperatorError(
            f"--port and --backend-port are both {config.port}: leave --backend-port out to serve "
            "both APIs there, or choose another."
        )
    _ = config.trusted_networks
    if config.workers < 1:
        raise OperatorError(f"--workers must be 1 or more, not {config.workers}.")
    for name in _OF_CONNECTIONS:
        if getattr(config, name) < 1:
            raise OperatorError(f"{variable(name)} must be 1 or more, not {getattr(config, name)}.")
    if config.log_level not in LOG_LEVELS:
        raise OperatorError(f"{variable('log_level')} must be one of {', '.join(LOG_LEVELS)}.")
    if config.log_format not in LOG_FORMATS:
        raise OperatorError(f"{variable('log_format')} must be one of {', '.join(LOG_FORMATS)}.")
    if config.tls is not None and config.behind_proxy:
        raise OperatorError(
            "--tls and --behind-proxy contradict each other: either this server ends TLS or the "
            "proxy in front of it does."
        )
