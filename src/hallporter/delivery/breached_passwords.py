"""Have I Been Pwned's range API: whether a password leaked, without telling which one it is."""

import hashlib

from hallporter.core.database import refuse_inside_write
from hallporter.delivery import trust

_TIMEOUT_SECONDS = 3
_TOLD = 5


class UnknownError(Exception):
    """The service did not answer."""


async def is_breached(range_url: str, password: str) -> bool:
    """Tell whether `password` is in the service's list; raises UnknownError.

    Only the first five hexadecimal digits of its SHA-1 leave the house (k-anonymity); padding keeps
    the length of the answer from telling more.
    """
    refuse_inside_write("asking for breached passwords")
    # Loaded with the first question: no start waits for it.
    import httpx

    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    try:
        async with httpx.AsyncClient(verify=trust.context(), timeout=_TIMEOUT_SECONDS) as client:
            answer = await client.get(range_url + digest[:_TOLD], headers={"Add-Padding": "true"})
            answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as failed:
        raise UnknownError(type(failed).__name__) from failed
    return any(_is_hit(line, digest[_TOLD:]) for line in answer.text.splitlines())


def _is_hit(line: str, rest: str) -> bool:
    # A count of zero is padding.
    known, _, count = line.partition(":")
    return known.strip().upper() == rest and count.strip() not in ("", "0")
