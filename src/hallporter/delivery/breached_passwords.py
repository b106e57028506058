"""Have I Been Pwned's range API: whether a password has leaked, without revealing it."""

import asyncio
import hashlib

from hallporter.core.database import refuse_inside_write
from hallporter.delivery import answers, trust

_PHASE_SECONDS = 3
# Who chooses a password waits so long.
_IN_ALL_SECONDS = 6
# Ten times what the service answers.
_LONGEST_ANSWER = 512 * 1024
_PREFIX_LENGTH = 5


class UnknownError(Exception):
    """The service did not answer."""


async def is_breached(range_url: str, password: str) -> bool:
    """Tell whether `password` is in the service's list; raises UnknownError.

    Only the first five hexadecimal digits of its SHA-1 are sent (k-anonymity). Padding hides the
    length of the answer.
    """
    refuse_inside_write("asking for breached passwords")
    # Loaded with the first question: no start waits for it.
    import httpx

    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    url, headers = range_url + digest[:_PREFIX_LENGTH], {"Add-Padding": "true"}
    try:
        async with (
            asyncio.timeout(_IN_ALL_SECONDS),
            httpx.AsyncClient(verify=trust.context(), timeout=_PHASE_SECONDS) as client,
            client.stream("GET", url, headers=headers) as answer,
        ):
            answer.raise_for_status()
            body = await answers.body_of(answer, _LONGEST_ANSWER)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise UnknownError(type(error).__name__) from error
    if len(body) > _LONGEST_ANSWER:
        raise UnknownError("the answer is too long")
    lines = body.decode(errors="replace").splitlines()
    return any(_is_hit(line, digest[_PREFIX_LENGTH:]) for line in lines)


def _is_hit(line: str, rest: str) -> bool:
    # A count of zero is padding.
    known, _, count = line.partition(":")
    return known.strip().upper() == rest and count.strip() not in ("", "0")
