"""Messages in words, for who delivers them and for the inbox."""

import asyncio
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import msgspec

from hallporter.contract.instance import Instance
from hallporter.core.crypto_box import CryptoBox
from hallporter.features.messages.rows import Facts, MessageRow

if TYPE_CHECKING:
    from hallporter.features.messages.rendering import Rendered

_RENDERING = "hallporter.features.messages.rendering"


def facts_of(box: CryptoBox, row: MessageRow) -> Facts | None:
    """Return the facts of a message, as long as they are here."""
    if row.facts_encrypted is None:
        return None
    return msgspec.json.decode(box.decrypt(row.facts_encrypted), type=Facts)


async def rendered(instance: Instance, row: MessageRow, facts: Facts) -> "Rendered":
    """Return a message as it is read."""
    return await asyncio.to_thread(_rendered, instance, row, facts)


async def prepare() -> None:
    """Load the renderer early, so that an open inbox shows the first code at once."""
    if _RENDERING not in sys.modules:
        await asyncio.to_thread(import_module, _RENDERING)


def _rendered(instance: Instance, row: MessageRow, facts: Facts) -> "Rendered":
    # With the first message, not with the server: a tenth of a second and 6 MB.
    from hallporter.features.messages import rendering

    return rendering.rendered(instance, row, facts)
