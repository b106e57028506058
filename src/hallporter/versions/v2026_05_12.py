"""2026-05-12: metadata is changed by operations of its own (Clerk, "Upgrade to 2026-05-12").

Older clerk-js, of generation 5, knows no status `needs_client_trust` either.
"""

from hallporter.contract.api_version import V2026_05_12
from hallporter.versions.change import Fields, ObjectChange, RequestChange

_OF_USERS = "/v1/users/{user_id}/metadata"


def _as_second_factor(fields: Fields) -> Fields:
    if fields.get("status") != "needs_client_trust":
        return fields
    return {**fields, "status": "needs_second_factor"}


CHANGES = (
    ObjectChange(
        since=V2026_05_12,
        description="Sign-ins that wait for the proof of a new browser have a status of their own.",
        object="sign_in_attempt",
        undo=_as_second_factor,
    ),
    RequestChange(
        since=V2026_05_12,
        description="A server changes a user's metadata apart from the rest of the user.",
        operations=frozenset({"backend update_user"}),
        gone={
            "public_metadata": _OF_USERS,
            "private_metadata": _OF_USERS,
            "unsafe_metadata": _OF_USERS,
        },
    ),
    RequestChange(
        since=V2026_05_12,
        description="Users change their metadata apart from the rest of themselves.",
        operations=frozenset({"frontend patch_user"}),
        gone={"unsafe_metadata": "/v1/me/metadata"},
    ),
)
