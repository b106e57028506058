"""The rows of the comparison: what each product is asked, and proof that it does what is said."""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass

import httpx
import msgspec

from benchmarks import load
from benchmarks.callers import Request

_SIGNATURE_BYTES = {"RS256": 256, "EdDSA": 64}


@dataclass(frozen=True)
class Product:
    """A product as it was measured: `setting` says where its data is and how much, in words."""

    name: str
    version: str
    setting: str


class Signs(msgspec.Struct, frozen=True):
    """Where a reply holds the token that was signed for it, and with what."""

    member: str
    alg: str


class PeerOperation(msgspec.Struct, frozen=True):
    """An operation: its requests, `does` in words and a text that `shows` in a good reply."""

    name: str
    does: str
    requests: list[Request] = []
    shows: str = ""
    signs: Signs | None = None
    checks_password: bool = False


@dataclass(frozen=True)
class Entry:
    """One operation of one product, and the process that answers it."""

    product: str
    operation: PeerOperation
    url: str
    pid: int
    database_pid: int
    """The database's process; 0 where the data is in the server's own."""

    @property
    def key(self) -> tuple[str, str]:
        """What tells the row from every other."""
        return self.product, self.operation.name

    @property
    def connections(self) -> int:
        """How many requests are under way at once."""
        return load.PASSWORD_CONNECTIONS if self.operation.checks_password else load.CONNECTIONS


def prove(entry: Entry) -> None:
    """Send the row's first request and raise unless the reply is what the row says it is."""
    reply = _reply(entry.url, entry.operation.requests[0])
    # Some answer a session that they do not know with 200 and `null`.
    if entry.operation.shows not in reply.text:
        raise ValueError(f"{entry.key}: the reply does not show {entry.operation.shows}")
    signs = entry.operation.signs
    if signs is None:
        return
    header, _, signature = reply.json()[signs.member].split(".")
    alg, size = json.loads(_decoded(header))["alg"], len(_decoded(signature))
    if (alg, size) != (signs.alg, _SIGNATURE_BYTES[signs.alg]):
        raise ValueError(f"{entry.key}: signed with {alg}, {size} bytes")


def _reply(url: str, request: Request) -> httpx.Response:
    headers = dict(request.headers)
    if request.body:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    reply = httpx.request(request.method, url + request.path, headers=headers, content=request.body)
    return reply.raise_for_status()


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "==")
