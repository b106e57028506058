"""The rows of the comparison: what each product is asked, and proof that it does what is said."""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass

import httpx

from benchmarks import load
from benchmarks.guests import Request

# What is under way when the time is up has cost its CPU and counts for nothing.
PASSWORD_CONNECTIONS = 4
_SIGNATURE_BYTES = {"RS256": 256, "EdDSA": 64}


@dataclass(frozen=True)
class Signs:
    """Where a reply holds the token that was signed for it, and with what."""

    member: str
    alg: str


@dataclass(frozen=True)
class Entry:
    """One operation of one product, and the process that answers it."""

    product: str
    name: str
    does: str
    url: str
    pid: int
    database_pid: int
    """The database's process; 0 where the data is in the server's own."""
    requests: list[Request]
    signs: Signs | None = None
    checks_password: bool = False

    @property
    def connections(self) -> int:
        """How many requests are under way at once."""
        return PASSWORD_CONNECTIONS if self.checks_password else load.CONNECTIONS

    @property
    def key(self) -> tuple[str, str]:
        """What tells the row from every other."""
        return self.product, self.name


def prove(entry: Entry) -> None:
    """Send the row's first request and raise unless the reply is what the row says it is."""
    asked = entry.requests[0]
    headers = dict(asked.headers)
    if asked.body:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    url = entry.url + asked.path
    reply = httpx.request(asked.method, url, headers=headers, content=asked.body)
    reply.raise_for_status()
    if entry.signs is None:
        # A session that is not known is `null` in better-auth, and a good reply.
        if not reply.json():
            raise ValueError(f"{entry.product}, {entry.name}: an empty reply")
        return
    token = reply.json()[entry.signs.member]
    header, _, signature = token.split(".")
    alg, size = json.loads(_decoded(header))["alg"], len(_decoded(signature))
    if (alg, size) != (entry.signs.alg, _SIGNATURE_BYTES[entry.signs.alg]):
        raise ValueError(f"{entry.product}, {entry.name}: signed with {alg}, {size} bytes")


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "==")
