"""A body whose sender hung up before its end."""

from collections.abc import MutableMapping
from typing import Any

from hallporter.contract import errors
from hallporter.edge.asgi import Receive


def unless_cut_off(receive: Receive) -> Receive:
    """Return what raises when a body of no announced length ends because its sender hung up.

    To Falcon such a body is complete.
    """
    is_begun = False

    async def receive_whole() -> MutableMapping[str, Any]:
        nonlocal is_begun
        message = await receive()
        if is_begun and message["type"] == "http.disconnect":
            raise errors.request.body_incomplete()
        is_begun = True
        return message

    return receive_whole
