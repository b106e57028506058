"""Provider metadata and keys, cached for a while."""

import time
from collections.abc import Iterator
from typing import Any, TypeVar, cast

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from hallporter.delivery.oauth import http
from hallporter.delivery.oauth.connection import Connection
from hallporter.delivery.oauth.http import ProviderError

_HOUR_SECONDS = 3_600
# A key not seen before may be a new one; a stranger's token must not make us ask at will.
_ASK_AGAIN_SECONDS = 30
_REMEMBERED = 200
_MOST_KEYS = 100
_NUMBERS = frozenset({"n", "e", "x", "y"})
_URL_SAFE = str.maketrans("+/", "-_")
CacheKey = TypeVar("CacheKey")
Remembered = TypeVar("Remembered")
# By the issuer, too, that it was judged by: instances may expect different ones, or change theirs.
_metadata: dict[tuple[str, str], tuple[float, "Metadata"]] = {}
_keys: dict[str, tuple[float, KeySet]] = {}


class Metadata(msgspec.Struct, frozen=True):
    """A provider's endpoints and habits (OpenID Connect Discovery 1.0 §3, RFC 8414 §2)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str | None = None
    jwks_uri: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


async def metadata(connection: Connection) -> Metadata:
    """Return a provider's metadata, asked for at most once an hour; raises ProviderError."""
    provider = connection.provider
    if provider.discovery_url is None:
        return Metadata(
            issuer=provider.issuer,
            authorization_endpoint=provider.authorization_endpoint,
            token_endpoint=provider.token_endpoint,
            userinfo_endpoint=provider.userinfo_endpoint,
        )
    url = provider.discovery_url.replace("{tenant}", connection.tenant or "common")
    known = _metadata.get((url, provider.issuer))
    if known is not None and time.monotonic() - known[0] < _HOUR_SECONDS:
        return known[1]
    found = await _discovered(connection, url)
    _remember(_metadata, (url, provider.issuer), found)
    return found


async def _discovered(connection: Connection, url: str) -> Metadata:
    reply = await http.ask("GET", url, allows_loopback=connection.allows_loopback)
    # Some spell out what they leave open, and some write a truth as text.
    spelled = {name: value for name, value in reply.items() if value not in (None, "")}
    try:
        found = msgspec.convert(spelled, Metadata, strict=False)
    except msgspec.ValidationError as error:
        raise ProviderError(f"{url} is no metadata of a provider: {error}") from error
    expected = connection.provider.issuer
    if "{tenantid}" in expected:
        return found
    # Or whoever answers there could speak for another provider (Discovery 1.0 §4.3). The address
    # of the metadata leaves out a slash that the issuer ends in (§4.1), as Auth0's does.
    if found.issuer.removesuffix("/") != expected.removesuffix("/"):
        raise ProviderError(f"{url} tells of the issuer {found.issuer}, not of {expected}")
    return found


async def keys(connection: Connection, uri: str, *, kid: object) -> KeySet:
    """Return a provider's public keys, asked for again when `kid` is none of those known."""
    known = _keys.get(uri)
    if known is not None:
        age = time.monotonic() - known[0]
        has_kid = kid is None or any(key.kid == kid for key in known[1].keys)
        if age < (_HOUR_SECONDS if has_kid else _ASK_AGAIN_SECONDS):
            return known[1]
    reply = await http.ask("GET", uri, allows_loopback=connection.allows_loopback)
    found = KeySet(list(_readable(reply)))
    _remember(_keys, uri, found)
    return found


def _readable(reply: dict[str, Any]) -> Iterator[Key]:
    """Yield the public keys that verify signatures; one that cannot be read verifies none."""
    listed: Any = reply.get("keys")
    entries = cast("list[Any]", listed) if isinstance(listed, list) else []
    for each in entries[:_MOST_KEYS]:
        try:
            if each["kty"] in ("RSA", "EC", "OKP") and each.get("use") in (None, "sig"):
                yield JWKRegistry.import_key(_plain(each))
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            continue


def _plain(key: dict[str, Any]) -> dict[str, Any]:
    """Return a key without its nulls, its numbers in base64url (RFC 7518 §6), padded or not."""
    present = {name: value for name, value in key.items() if value is not None}
    numbers = {
        name: present[name].translate(_URL_SAFE).rstrip("=") for name in _NUMBERS & present.keys()
    }
    return {**present, **numbers}


def _remember(
    cache: dict[CacheKey, tuple[float, Remembered]], key: CacheKey, found: Remembered
) -> None:
    if len(cache) >= _REMEMBERED:
        del cache[min(cache, key=lambda each: cache[each][0])]
    cache[key] = (time.monotonic(), found)
