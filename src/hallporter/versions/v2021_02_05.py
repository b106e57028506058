"""2021-02-05: the first dated version; before it, the undated API of the Clients page."""

from hallporter.contract.api_version import V2021_02_05
from hallporter.versions.change import Fields, VersionChange

_SEED_CLIENT = (
    "object",
    "id",
    "session_ids",
    "sign_in_attempt_id",
    "sign_up_attempt_id",
    "last_active_session_id",
    "created_at",
    "updated_at",
)


# Clerk tells these in seconds in every version.
_ALWAYS_IN_SECONDS = frozenset({"testing_token"})


def _in_seconds(fields: Fields) -> Fields:
    if fields.get("object") in _ALWAYS_IN_SECONDS:
        return fields
    return {
        name: value // 1000 if name.endswith("_at") and isinstance(value, int) else value
        for name, value in fields.items()
    }


def _seed_client(fields: Fields) -> Fields:
    named = {
        **fields,
        "sign_in_attempt_id": _id_of(fields, "sign_in"),
        "sign_up_attempt_id": _id_of(fields, "sign_up"),
    }
    first = {name: named[name] for name in _SEED_CLIENT if name in named}
    return {**first, **named}


def _id_of(fields: Fields, attempt: str) -> str | None:
    """Return the id of an attempt, which servers are told alone and browsers inside the attempt."""
    whole: Fields = fields.get(attempt) or {}
    return fields.get(f"{attempt}_id") or whole.get("id")


CHANGES = (
    VersionChange(
        since=V2021_02_05,
        description="Timestamps are milliseconds; they were seconds.",
        object="*",
        undo=_in_seconds,
    ),
    VersionChange(
        since=V2021_02_05,
        description="A client's sign_in_attempt_id and sign_up_attempt_id lost their `attempt`.",
        object="client",
        undo=_seed_client,
    ),
)
