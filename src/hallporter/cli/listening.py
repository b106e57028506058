"""The sockets, opened first, so that a port in use is reported before anything starts."""

import errno
import socket
import time
from typing import TYPE_CHECKING

from hallporter.config import Config
from hallporter.contract.instance import Instance
from hallporter.contract.settings_rules import Subject
from hallporter.core.operator_error import OperatorError
from hallporter.features.instances import given_keys
from hallporter.features.settings import safety
from hallporter.features.settings.safety import Listening

if TYPE_CHECKING:
    from hallporter.features.directory.directory import Judge

_BACKLOG = 2048
# Workers whose parent was killed notice at once, but may finish an answer.
_PATIENCE_SECONDS = 1.5


def reached(config: Config) -> Listening:
    """Return how a server with this config can be reached."""
    return Listening(config.host, config.tls is not None, config.behind_proxy)


def judge(config: Config) -> "Judge":
    """Return what says why an instance is not served by a server with this config."""
    listening = reached(config)

    def wrong_with(instance: Instance, secret_keys: list[str]) -> list[str]:
        subject = Subject(
            slug=instance.slug,
            frontend_host=instance.frontend_host,
            settings=instance.settings,
            has_weak_secret_key=any(map(given_keys.is_weak, secret_keys)),
        )
        return safety.of_serving(listening, [subject])

    return wrong_with


def open_sockets(config: Config) -> list[socket.socket]:
    """Listen on the config's ports; connections wait until the server takes them."""
    opened: list[socket.socket] = []
    try:
        for port in (config.port, config.backend_port):
            if port is not None:
                opened.append(_listen(config.host, port))
    except BaseException:
        close(opened)
        raise
    return opened


def close(sockets: list[socket.socket]) -> None:
    """Close every socket."""
    for each in sockets:
        each.close()


def _listen(host: str, port: int) -> socket.socket:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return _bind(host, port)
        except socket.gaierror:
            raise OperatorError(f"{host} is no address of this machine: correct --host.") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise OperatorError(_reason(host, port, error)) from None
        time.sleep(0.1)


def _bind(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = found[0]
    bound = socket.socket(family, kind, protocol)
    try:
        # Without it a server could not restart while old connections time out.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(_BACKLOG)
    except BaseException:
        bound.close()
        raise
    return bound


def _reason(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is in use: stop what listens there, or choose another port "
            "with --port."
        )
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {port}: choose one above 1023 with --port."
    return f"Cannot listen on {host}, port {port}: {error.strerror}. Correct --host or --port."
