"""A file as a browser sends it."""

import msgspec

MAX_BYTES = 10 * 1024 * 1024


class Upload(msgspec.Struct, frozen=True):
    """The bytes of one uploaded file, at most `MAX_BYTES` of them; nothing else is believed."""

    content: bytes
