"""2025-04-10: session tokens of version 2, session tasks and the status `pending`."""

from hallporter.contract.api_version import V2025_04_10
from hallporter.versions.change import Fields, ObjectChange, OperationsChange


def _without_tasks(fields: Fields) -> Fields:
    older = {name: value for name, value in fields.items() if name != "tasks"}
    if older.get("status") == "pending":
        older["status"] = "active"
    return older


CHANGES = (
    ObjectChange(
        since=V2025_04_10,
        description="Sessions have tasks and may be pending until these are done.",
        object="session",
        undo=_without_tasks,
    ),
    OperationsChange(
        since=V2025_04_10,
        description="Servers verify session tokens themselves, or by `POST /v1/clients/verify`.",
        removed=frozenset({"backend verify_session"}),
    ),
)

# Behaviour: the claims of version 2 are chosen where tokens are minted, `sessions/tokens.py`.
