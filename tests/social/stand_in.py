"""A provider whose every word a test chooses: what an honest one never says, and plain OAuth.

It keeps to the documented contracts: OpenID Connect Discovery and Core for the endpoints below
`/`, GitHub's own pages for those below `/login/oauth` and `/api/v3`.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

# One of its own for each: what is remembered of a provider goes by its address, and the operating
# system gives ports again.
_HOSTS = (f"127.0.{number // 250 + 2}.{number % 250 + 1}" for number in count())
KEY = RSAKey.generate_key(2048, {"kid": "stand-in", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "stand-in", "use": "sig"})
CLIENT_ID, CLIENT_SECRET = "us", "a secret of ours"
Claims = dict[str, Any]


def signed(claims: Claims) -> str:
    """Return an id token as an honest provider signs it."""
    return jwt.encode({"alg": "RS256", "kid": "stand-in"}, claims, KEY)


@dataclass
class StandIn:
    """What the provider says; a test changes it as it likes."""

    url: str = ""
    name: str = "ada"
    claims: Claims = field(default_factory=Claims)
    """What an id token holds beside, or in place of, what it must."""
    sign: Callable[[Claims], str] = signed
    emails: list[Claims] = field(default_factory=list[Claims])
    metadata: Claims = field(default_factory=Claims)
    metadata_below: dict[str, Claims] = field(default_factory=dict[str, Claims])
    """Likewise, for the tenants that have a path of their own."""
    token_reply: Claims = field(default_factory=Claims)
    """What the token endpoint says beside, or in place of, what it must; None leaves out."""
    userinfo: Any = None
    keys: list[Claims] = field(default_factory=lambda: [KEY.as_dict(private=False)])
    before, after = b"", b""
    """What every body begins and ends with."""
    content_type: str = "application/json"
    reply_parameters: dict[str, str] = field(default_factory=dict[str, str])
    posted: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    queries: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    @property
    def discovery_url(self) -> str:
        """Where it describes itself."""
        return f"{self.url}/.well-known/openid-configuration"

    @property
    def settings(self) -> dict[str, str]:
        """How an instance is connected to it."""
        return {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "discovery_url": self.discovery_url,
        }

    def answer(self, url: str, *, code: str = "code") -> str:
        """Return where a browser is sent back to from the authorization endpoint."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.queries.append(query)
        parameters = {"state": query["state"], "code": code, **self.reply_parameters}
        return f"{query['redirect_uri']}?{urlencode(parameters)}"

    def id_token(self, **more: Any) -> str:
        """Return an id token for `name`."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": self.name,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "email": f"{self.name}@example.com",
            "email_verified": True,
            **self.claims,
            **more,
        }
        return self.sign({name: value for name, value in claims.items() if value is not None})

    def get(self, path: str) -> Any:
        """Answer GET."""
        below, found, _ = path.partition("/.well-known/openid-configuration")
        if found:
            return {
                "issuer": f"{self.url}{below}",
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/jwks",
                **self.metadata_below.get(below, self.metadata),
            }
        match path:
            case "/jwks":
                return {"keys": self.keys}
            case "/userinfo":
                return self.userinfo
            case "/api/v3/user":
                return {"id": 4711, "login": self.name, "name": "Ada Lovelace", "email": None}
            case "/api/v3/user/emails":
                return self.emails
            case _:
                return None

    def post(self, path: str, given: dict[str, str]) -> Any:
        """Answer POST."""
        self.posted.append(given)
        if path == "/login/oauth/access_token":
            return {
                "access_token": "gho_x",
                "scope": "read:user,user:email",
                "token_type": "bearer",
                **self.token_reply,
            }
        if path == "/token":
            nonce = self.queries[-1].get("nonce")
            more = {} if "nonce" in self.claims else {"nonce": nonce}
            own = {"access_token": "x", "id_token": self.id_token(**more), "expires_in": 60}
            parameters: Claims = {**own, **self.token_reply}
            return {name: value for name, value in parameters.items() if value is not None}
        return None

    def is_challenge_met(self) -> bool:
        """Tell whether the verifier that was posted last fits the challenge that was shown."""
        digest = hashlib.sha256(self.posted[-1]["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return challenge == self.queries[-1]["code_challenge"]


def signed_by_nobody(claims: Claims) -> str:
    """Return an unsigned token: `alg` is `none`."""
    parts = [json.dumps(each).encode() for each in ({"alg": "none"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in parts), ""])


def signed_with_the_public_key(claims: Claims) -> str:
    """Return a token whose HMAC is keyed with what everybody may read."""
    return _hmac(claims, KEY.as_pem(private=False))


def signed_with_our_secret(claims: Claims) -> str:
    """Return a token whose HMAC is keyed with the client secret."""
    return _hmac(claims, CLIENT_SECRET.encode())


def signed_by_another(claims: Claims) -> str:
    """Return a token signed by a key that only claims to be the provider's."""
    return jwt.encode({"alg": "RS256", "kid": "stand-in"}, claims, OTHER_KEY)


def signed_by_its_own_key(claims: Claims) -> str:
    """Return a token that brings along the key it is signed with."""
    key = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "jwk": key.as_dict(private=False), "kid": "stand-in"}
    return jwt.encode(header, claims, key)


def _hmac(claims: Claims, key: bytes) -> str:
    parts = [json.dumps(each).encode() for each in ({"alg": "HS256", "kid": "stand-in"}, claims)]
    head = b".".join(base64.urlsafe_b64encode(each).rstrip(b"=") for each in parts)
    mac = base64.urlsafe_b64encode(hmac.digest(key, head, "sha256")).rstrip(b"=")
    return (head + b"." + mac).decode()


@contextmanager
def standing_in() -> Generator[StandIn]:
    """Run a stand-in at an address of loopback that none has had before."""
    stand_in = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(stand_in.get(urlsplit(self.path).path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            given = {name: values[0] for name, values in parse_qs(body).items()}
            self._reply(stand_in.post(self.path, given))

        def _reply(self, found: Any) -> None:
            # A token comes as it is, everything else as JSON.
            text = found if isinstance(found, str) else json.dumps(found)
            body = stand_in.before + text.encode() + stand_in.after
            self.send_response(404 if found is None else 200)
            self.send_header("content-type", stand_in.content_type)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    host = next(_HOSTS)
    with ThreadingHTTPServer((host, 0), Handler) as server:
        stand_in.url = f"http://{host}:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield stand_in
        server.shutdown()
        thread.join()
