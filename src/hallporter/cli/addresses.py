"""Where the server answers, and where each of its instances is reached."""

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from hallporter.config import Config
from hallporter.contract.hosts import is_local, is_loopback
from hallporter.core.operator_error import OperatorError

_FILE = "server.json"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens; kept in the data directory for the other commands to read."""

    scheme: str
    host: str
    port: int
    backend_port: int | None
    behind_proxy: bool
    authority: str | None
    """The path of the local authority's certificate, if it vouches for this server."""
    pid: int

    @property
    def url(self) -> str:
        """The address for people and tools on this machine."""
        return self._at(self.port)

    @property
    def backend_url(self) -> str:
        """The address of the Backend API on this machine."""
        return self._at(self.backend_port or self.port)

    def _at(self, port: int) -> str:
        # Cookies are shared between an app and this server only under one name.
        if is_loopback(self.host) or self.host in ("0.0.0.0", "::"):  # noqa: S104 (compared)
            return f"{self.scheme}://localhost:{port}"
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{name}:{port}"


def of(config: Config, authority: Path | None = None) -> Address:
    """Return where a server with this config listens."""
    return Address(
        scheme=config.scheme,
        host=config.host,
        port=config.port,
        backend_port=config.backend_port,
        behind_proxy=config.behind_proxy,
        authority=None if authority is None else str(authority),
        pid=os.getpid(),
    )


def remember(data_dir: Path, address: Address) -> None:
    """Note where the server listens, for commands that run beside it."""
    path = data_dir / _FILE
    partial = path.with_suffix(f".{address.pid}")
    partial.write_text(json.dumps(asdict(address)), encoding="utf-8")
    partial.replace(path)


def last_known(config: Config) -> Address:
    """Return where the server of this data directory listens, or did last, or would."""
    try:
        stored = json.loads((config.data_dir / _FILE).read_text(encoding="utf-8"))
        return Address(**stored)
    except FileNotFoundError:
        return replace(of(config), pid=0)
    except (ValueError, TypeError) as error:
        path = config.data_dir / _FILE
        raise OperatorError(f"{path} is damaged: remove it, the server makes it anew.") from error


def frontend_url(address: Address, slug: str, frontend_host: str, *, is_fallback: bool) -> str:
    """Return where an instance's Frontend API is reached, without `/v1`."""
    if not is_local(frontend_host):
        return f"https://{frontend_host}"
    return address.url if is_fallback else f"{address.url}/~{slug}"


def backend_url(address: Address, frontend_host: str) -> str:
    """Return where an instance's Backend API is reached, without `/v1`."""
    if is_local(frontend_host) or address.backend_port is not None:
        return address.backend_url
    return f"https://{frontend_host}"


def is_key_enough(address: Address, frontend_host: str) -> bool:
    """Tell whether a browser that knows the key only finds the server: over https, by that host."""
    if not is_local(frontend_host):
        return True
    named = frontend_host.rpartition(":")[2] if ":" in frontend_host else "443"
    return address.scheme == "https" and named == str(address.port)


def is_running(address: Address) -> bool:
    """Tell whether the server that noted this address still runs."""
    if not address.pid:
        return False
    try:
        os.kill(address.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
