"""2021-02-05: the first dated version; before it, the undated API of the Clients page."""

from hallporter.contract.api_version import V2021_02_05
from hallporter.contract.objects import Moment
from hallporter.versions.change import Fields, ObjectChange, TypeChange

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


def _in_seconds(moment: int) -> int:
    return moment // 1000


def _seed_client(fields: Fields) -> Fields:
    named = {
        **fields,
        "sign_in_attempt_id": fields.get("sign_in_id"),
        "sign_up_attempt_id": fields.get("sign_up_id"),
    }
    first = {name: named[name] for name in _SEED_CLIENT if name in named}
    return {**first, **named}


CHANGES = (
    TypeChange(
        since=V2021_02_05,
        description="Times are milliseconds; they were seconds.",
        type=Moment,
        undo=_in_seconds,
    ),
    ObjectChange(
        since=V2021_02_05,
        description="A client's sign_in_attempt_id and sign_up_attempt_id lost their `attempt`.",
        object="client",
        undo=_seed_client,
    ),
)
