"""A file out of a request: a part of a multipart form, or base64 (clerk-js sends either)."""

import base64
import binascii
from typing import Any

import falcon
import falcon.asgi

from hallporter.contract import errors
from hallporter.contract.upload import MAX_BYTES, Upload
from hallporter.edge.cut_off import unless_cut_off
from hallporter.edge.request import Request

_FIELD = "file"
_BASE64_BYTES = MAX_BYTES * 4 // 3 + 1_024
# A boundary has at most 70 characters (RFC 2046, section 5.1.1); long parameters are slow to parse.
_MAX_CONTENT_TYPE = 256


def of(request: Request) -> Upload:
    """Return the file that `request` brings."""

    async def read() -> bytes:
        receive = unless_cut_off(request.receive)
        try:
            # Of all requests these alone need a parser of forms.
            return await _read(falcon.asgi.Request(dict(request.scope), receive))
        except falcon.HTTPError as malformed:
            raise errors.request.body_invalid() from malformed

    return Upload(read)


async def _read(request: falcon.asgi.Request) -> bytes:
    content_type = request.content_type or ""
    if len(content_type) > _MAX_CONTENT_TYPE:
        raise errors.request.body_invalid()
    if content_type.startswith("multipart/form-data"):
        return await _part(request)
    return _decoded(await _bounded(request.stream, _BASE64_BYTES))


async def _part(request: falcon.asgi.Request) -> bytes:
    async for part in await request.get_media():
        if part.name == _FIELD:
            return await _bounded(part.stream, MAX_BYTES)
    raise errors.form.missing(param=_FIELD)


async def _bounded(stream: Any, limit: int) -> bytes:
    content: bytes = await stream.read(limit + 1)
    if len(content) > limit:
        raise errors.form.allowed_size_exceeded(param=_FIELD, max=MAX_BYTES)
    if not content:
        raise errors.form.missing(param=_FIELD)
    return content


def _decoded(body: bytes) -> bytes:
    # `data:image/png;base64,…` (RFC 2397), or what is behind the comma alone.
    text = body.rpartition(b",")[2].strip()
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error as malformed:
        raise errors.form.format_invalid(param=_FIELD) from malformed
    if len(content) > MAX_BYTES:
        raise errors.form.allowed_size_exceeded(param=_FIELD, max=MAX_BYTES)
    return content
