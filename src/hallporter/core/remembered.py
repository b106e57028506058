"""What was found for the keys that are asked for most, in a bounded number of bytes."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")


class Remembered(Generic[Key, Found]):
    """A cache of two generations: when the younger has its bytes, the older is forgotten.

    What is asked for meanwhile moves to the younger. So nothing is counted or moved at most looks,
    which an order of use (LRU) would have to do at each.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_of_one = most_bytes // 2
        self._young: dict[Key, tuple[Found, int]] = {}
        self._old: dict[Key, tuple[Found, int]] = {}
        self._bytes = 0

    def get(self, key: Key) -> Found | None:
        """Return what is remembered for a key."""
        entry = self._young.get(key)
        if entry is None:
            entry = self._old.get(key)
            if entry is None:
                return None
            self.put(key, *entry)
        return entry[0]

    def put(self, key: Key, found: Found, size: int) -> None:
        """Remember what was found, which takes `size` bytes together with its key."""
        if size > self._most_of_one:
            return
        if self._bytes + size > self._most_of_one:
            self._old, self._young, self._bytes = self._young, {}, 0
        self._young[key] = (found, size)
        self._bytes += size
