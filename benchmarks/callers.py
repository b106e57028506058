"""The callers of a benchmark run: the requests of each row, for the load generator."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from benchmarks import fill, load
from hallporter.contract.instance import Instance
from hallporter.core.clock import SECOND
from hallporter.tokens import client_token, session_token
from hallporter.tokens.session_token import SessionFacts

_CALLERS = 2_000
_VERSION = "2026-05-12"
_ORIGIN = "http://localhost:3000"
PASSWORD = "correct horse battery"  # everybody's, in a database of nobodies
# Another number of 16 digits is put in its place each time: see requests.lua and inside.py.
UNLIKE = "UNLIKEALLOTHERS0"


@dataclass(frozen=True)
class Request:
    """One request as the load generator sends it."""

    method: str
    path: str
    headers: dict[str, str]
    body: str = ""

    @property
    def line(self) -> str:
        """The request on one line, its parts separated by tabs."""
        headers = "\x1f".join(f"{name}\x1e{value}" for name, value in self.headers.items())
        return "\t".join((self.method, self.path, headers, self.body))


@dataclass(frozen=True)
class Row:
    """A row of the bench: an operation, and the limit it is measured against."""

    name: str
    limit: str
    requests: Callable[[], Iterator[Request]]
    grows: bool = False
    """Whether it reads by key, or page by page, from tables that grow."""

    @property
    def connections(self) -> int:
        """How many callers ask at once."""
        return load.PASSWORD_CONNECTIONS if self.limit == "argon2id" else load.CONNECTIONS


class Callers:
    """The callers of an instance that `fill` has filled."""

    def __init__(self, instance: Instance, secret_key: str, clients: int, now: int) -> None:
        self._instance = instance
        self._secret_key = secret_key
        self._clients = clients
        self._now = now
        chosen = random.Random(4100).sample(range(clients), min(_CALLERS, clients))
        self._indices = chosen
        self._cookies = {index: self._cookie(index) for index in chosen}

    def rows(self) -> list[Row]:
        """Return every row, hot operations first."""
        return [
            Row("session token", "sign", self._mint, grows=True),
            Row("template token", "sign", self._template_token, grows=True),
            Row("GET /v1/client", "hello", self._client, grows=True),
            Row("touch", "hello", self._touch, grows=True),
            Row("environment", "hello", self._environment),
            Row("jwks", "hello", self._jwks),
            Row("clients/:id", "hello", self._backend_client, grows=True),
            Row("clients/verify", "hello", self._verify, grows=True),
            Row("clients, first page", "hello", lambda: self._page(0), grows=True),
            Row("clients, page 1000", "hello", lambda: self._page(9_990), grows=True),
            Row("users/:id", "hello", self._user, grows=True),
            Row("users?query=", "hello", self._search, grows=True),
            Row("handshake", "sign", self._handshake),
            Row("sign-in by password", "argon2id", self._sign_in),
            Row("sign-up", "argon2id", self._sign_up),
        ]

    def search_everybody(self) -> Request:
        """Return a search that every user of the instance is found by."""
        return self._backend("GET", "/v1/users?query=Guest")

    def pictures(self, encoded: str) -> Iterator[Request]:
        """Return uploads of one picture, each by another user."""
        for index in self._indices:
            request = self._frontend("POST", "/v1/me/profile_image", index)
            headers = {**request.headers, "Content-Type": "application/octet-stream"}
            yield replace(request, headers=headers, body=encoded)

    def _cookie(self, index: int) -> str:
        token = client_token.mint(
            self._instance, fill.client_id(index), fill.rotating_token(index), self._now
        )
        return f"__client={token.reveal()}"

    def _frontend(self, method: str, path: str, index: int | None = None, **form: str) -> Request:
        headers = {"Origin": _ORIGIN}
        if index is not None:
            headers["Cookie"] = self._cookies[index]
        separator = "&" if "?" in path else "?"
        body = urlencode(form)
        return Request(method, f"{path}{separator}__clerk_api_version={_VERSION}", headers, body)

    def _backend(self, method: str, path: str, **form: str) -> Request:
        headers = {"Authorization": f"Bearer {self._secret_key}", "Clerk-API-Version": _VERSION}
        return Request(method, path, headers, urlencode(form))

    def _mint(self) -> Iterator[Request]:
        for index in self._indices:
            path = f"/v1/client/sessions/{fill.session_id(index)}/tokens"
            yield self._frontend("POST", path, index, organization_id="", tab_state="focused")

    def _template_token(self) -> Iterator[Request]:
        for index in self._indices:
            path = f"/v1/client/sessions/{fill.session_id(index)}/tokens/{fill.TEMPLATE}"
            yield self._frontend("POST", path, index)

    def _client(self) -> Iterator[Request]:
        for index in self._indices:
            yield self._frontend("GET", "/v1/client", index)

    def _touch(self) -> Iterator[Request]:
        for index in self._indices:
            path = f"/v1/client/sessions/{fill.session_id(index)}/touch"
            yield self._frontend("POST", path, index, intent="focus")

    def _environment(self) -> Iterator[Request]:
        yield self._frontend("GET", "/v1/environment")

    def _jwks(self) -> Iterator[Request]:
        yield self._frontend("GET", "/.well-known/jwks.json")

    def _handshake(self) -> Iterator[Request]:
        for index in self._indices:
            query = urlencode({"redirect_url": f"{_ORIGIN}/page", "format": "nonce"})
            yield self._frontend("GET", f"/v1/client/handshake?{query}", index)

    def _sign_in(self) -> Iterator[Request]:
        for index in self._indices:
            yield self._frontend(
                "POST",
                "/v1/client/sign_ins",
                strategy="password",
                identifier=fill.address(index),
                password=PASSWORD,
            )

    def _sign_up(self) -> Iterator[Request]:
        """Sign strangers up: everything that a sign-up costs but its mailed code.

        `fill` has set the instance so that one request goes all the way: a password is hashed; a
        client, a sign-up, a user with an address and a password, and a session are stored; the
        reply carries the new client with its token. Each is for an address of its own, so the
        database grows by one user a request, and by those of the runs before.
        """
        yield self._frontend(
            "POST",
            "/v1/client/sign_ups",
            email_address=f"{UNLIKE}@example.com",
            password=PASSWORD,
        )

    def _backend_client(self) -> Iterator[Request]:
        for index in self._indices:
            yield self._backend("GET", f"/v1/clients/{fill.client_id(index)}")

    def _verify(self) -> Iterator[Request]:
        for index in self._indices:
            yield self._backend("POST", "/v1/clients/verify", token=self._session_token(index))

    def _session_token(self, index: int) -> str:
        facts = SessionFacts(
            session_id=fill.session_id(index),  # type: ignore[arg-type]  # made like one
            user_id=fill.user_id(index),  # type: ignore[arg-type]  # made like one
            status="active",
            actor=None,
            first_factor_verified_at=None,
            second_factor_verified_at=None,
        )
        return session_token.mint(
            self._instance,
            facts,
            now=self._now,
            authorized_party=_ORIGIN,
            is_v2=True,
            # Long enough for the whole run.
            ttl_seconds=86_400_000 // SECOND,
        )

    def _page(self, offset: int) -> Iterator[Request]:
        yield self._backend("GET", f"/v1/clients?limit=10&offset={offset}")

    def _user(self) -> Iterator[Request]:
        for index in self._indices:
            yield self._backend("GET", f"/v1/users/{fill.user_id(index)}")

    def _search(self) -> Iterator[Request]:
        for index in self._indices[:200]:
            yield self._backend("GET", f"/v1/users?email_address={fill.address(index)}")
