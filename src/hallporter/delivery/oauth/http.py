"""Requests to providers: short, small, never redirected, and only over https."""

import asyncio
import codecs
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import msgspec

from hallporter.core.database import refuse_inside_write
from hallporter.delivery import answers, trust
from hallporter.delivery.oauth.addresses import is_allowed

if TYPE_CHECKING:
    # Loaded with the first request to a provider: no start waits for it.
    import httpx

_CONNECT_SECONDS = 5
_ALTOGETHER_SECONDS = 15
_MOST_BYTES = 512 * 1024


class ProviderError(Exception):
    """A provider did not answer as it must; the message is for the log."""


class ExchangeError(ProviderError):
    """A provider gave no tokens for what it was shown."""


class UnreadableUserError(ProviderError):
    """A provider gave tokens, but did not tell whose they are in a way that can be trusted."""


async def ask(method: str, url: str, *, allows_loopback: bool, **given: Any) -> dict[str, Any]:
    """Return the JSON object that `url` answers; raises ProviderError for anything else.

    A list comes back under the name `items`.
    """
    return read(url, await fetch(method, url, allows_loopback=allows_loopback, **given))


async def fetch(method: str, url: str, *, allows_loopback: bool, **given: Any) -> bytes:
    """Return what `url` answers, of whatever type it says that is; raises ProviderError."""
    refuse_inside_write("asking a provider")
    if not is_allowed(url, allows_loopback=allows_loopback):
        raise ProviderError(f"{url} may not be asked: only https addresses of other machines")
    import httpx

    headers = {"Accept": "application/json", "User-Agent": "hallporter", **given.pop("headers", {})}
    try:
        async with asyncio.timeout(_ALTOGETHER_SECONDS), _client() as client:
            request = client.build_request(method, url, headers=headers, **given)
            reply = await client.send(request, stream=True)
            try:
                body = await _body(reply)
            finally:
                await reply.aclose()
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise ProviderError(f"{_place(url)}: {type(error).__name__}") from error
    if not 200 <= reply.status_code < 300:
        raise ProviderError(f"{_place(url)} answered {reply.status_code}{_error_suffix(body)}")
    return body


def _client() -> "httpx.AsyncClient":
    import httpx

    return httpx.AsyncClient(
        verify=trust.context(), follow_redirects=False, timeout=_CONNECT_SECONDS
    )


async def _body(reply: "httpx.Response") -> bytes:
    body = await answers.body_of(reply, _MOST_BYTES)
    if len(body) > _MOST_BYTES:
        raise ProviderError(f"{reply.url.host} answered with more than {_MOST_BYTES} bytes")
    return body


def read(url: str, body: bytes) -> dict[str, Any]:
    """Return the JSON object in what `url` has answered, or a list under the name `items`."""
    try:
        # Some servers put a byte order mark before it (RFC 8259 §8.1).
        text = body.removeprefix(codecs.BOM_UTF8)
        found: Any = msgspec.json.decode(text, type=dict[str, Any] | list[Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProviderError(f"{_place(url)} answered with something else than JSON") from error
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {"items": found}


def _error_suffix(body: bytes) -> str:
    """Return the error code of an OAuth error reply (RFC 6749 §5.2), and no other text of it."""
    try:
        return error_suffix(msgspec.json.decode(body, type=dict[str, Any]))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def error_suffix(reply: dict[str, Any]) -> str:
    """Return the error code in what was answered: GitHub's comes with the status 200."""
    error = reply.get("error")
    return f" ({error[:80]})" if isinstance(error, str) and error.isprintable() else ""


def _place(url: str) -> str:
    # Without the path: HubSpot wants the token there.
    return urlsplit(url).netloc
