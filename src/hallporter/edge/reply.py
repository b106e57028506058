"""Answer → bytes, cookies and headers."""

from collections.abc import AsyncIterator, Callable
from types import NoneType
from typing import Any

import msgspec

from hallporter.contract.api_version import ApiVersion
from hallporter.contract.reply import Redirect, Reply, Stream, UserContent
from hallporter.edge.response import Response
from hallporter.versions import answers, catalogue

# Whatever a user brought is shown as what it is said to be, runs nothing, and any page may show it.
_OF_USER_CONTENT = {
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "content-disposition": "inline",
    "cross-origin-resource-policy": "cross-origin",
}


def encode(body: object, version: ApiVersion) -> bytes:
    """Return `body` as the JSON that `version` promises; the newest pays for no detour."""
    if catalogue.is_newest(version):
        return msgspec.json.encode(body)
    return msgspec.json.encode(answers.downgraded(body, version))


def send(response: Response, answer: object, version: ApiVersion) -> None:
    """Put an endpoint's answer on its way."""
    send_as = _SPECIAL.get(type(answer))
    if send_as is None:
        response.data = encode(answer, version)
    else:
        send_as(response, answer, version)


def _send_reply(response: Response, answer: Reply, version: ApiVersion) -> None:
    response.status = answer.status
    for cookie in answer.cookies:
        response.set_cookie(cookie.directive)
    if answer.clears_site_data:
        response.set_header("clear-site-data", '"*"')
    if answer.native_token is not None:
        response.set_header("authorization", answer.native_token.reveal())
    response.data = encode(answer.body, version)


def _send_redirect(response: Response, answer: Redirect, _version: ApiVersion) -> None:
    response.status = answer.status
    response.set_header("location", answer.location)
    response.set_header("cache-control", "no-store")
    for cookie in answer.cookies:
        response.set_cookie(cookie.directive)
    response.data = b"{}"


def _send_content(response: Response, answer: UserContent, _version: ApiVersion) -> None:
    response.content_type = answer.media_type
    for name, value in _OF_USER_CONTENT.items():
        response.set_header(name, value)
    response.data = answer.content


def _send_stream(response: Response, answer: Stream, version: ApiVersion) -> None:
    response.stream = _array(answer, version)


def _send_nothing(response: Response, _answer: None, _version: ApiVersion) -> None:
    response.status = 204


_SPECIAL: dict[type, Callable[[Response, Any, ApiVersion], None]] = {
    Reply: _send_reply,
    Redirect: _send_redirect,
    UserContent: _send_content,
    Stream: _send_stream,
    NoneType: _send_nothing,
}


async def _array(answer: Stream, version: ApiVersion) -> AsyncIterator[bytes]:
    separator = b"["
    async for batch in answer.batches:
        for each in batch:
            yield separator + encode(each, version)
            separator = b","
    yield b"[]" if separator == b"[" else b"]"
