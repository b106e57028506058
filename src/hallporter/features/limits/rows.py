"""What is told of a spending."""

import msgspec


class SpentRow(msgspec.Struct, frozen=True):
    """How many of the subjects were counted, and in how many ms each may have one more."""

    counted: int
    waits: list[int]
