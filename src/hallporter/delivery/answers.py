"""What others answer, read no further than it may be long."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Loaded with the first request to others: no start waits for it.
    import httpx


async def body_of(reply: "httpx.Response", most: int) -> bytes:
    """Return the body of a reply that is under way; more than `most` bytes tell that it goes on.

    What goes on is not read: whoever answers must not fill our memory.
    """
    body = b""
    async for chunk in reply.aiter_bytes():
        body += chunk
        if len(body) > most:
            break
    return body
