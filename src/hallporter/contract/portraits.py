"""The picture of a user who has none."""

import hashlib
from urllib.parse import quote

from hallporter.contract.ids import UserId

# White on any of these can be told apart (WCAG 2.2, 1.4.11: at least 3 to 1).
_COLOURS = ("1a6650", "8a5c0c", "37588c", "7a4a86", "99433a", "4c6632")
# Clerk's components tell by this name that there is no picture which could be removed.
_DRAWING = (
    "<svg id='avatar_placeholder' xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'>"
    "<path fill='#{colour}' d='M0 0h8v8H0z'/><circle cx='4' cy='3' r='1.5' fill='#fff'/>"
    "<path fill='#fff' d='M1 8a3 3 0 0 1 6 0'/></svg>"
)
_DRAWN = [
    "data:image/svg+xml," + quote(_DRAWING.format(colour=colour), safe="='/:()")
    for colour in _COLOURS
]


def placeholder(id: UserId) -> str:
    """Return the address of a picture that is the user's own, as a `data:` URL (RFC 2397).

    It needs no host, and a component that is given an empty address shows a broken image.
    """
    return _DRAWN[hashlib.sha256(id.encode()).digest()[0] % len(_DRAWN)]
