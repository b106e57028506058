"""How jobs are stored."""

import msgspec


class JobRow(msgspec.Struct, frozen=True):
    """A row of `jobs`."""

    kind: str
    subject_id: str
    """What it is about; empty for what there is one of."""
    instance_id: str
    """Empty for what concerns the server as a whole."""
    attempts: int
    due_at: int
    """When it is to be tried next; while somebody does it, when another one may."""
    created_at: int
