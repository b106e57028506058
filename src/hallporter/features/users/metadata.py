"""What apps keep about a user: three objects, each small, merged or replaced."""

from typing import Annotated, Any, cast

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.error_collector import ErrorCollector
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import bytes_at_most
from hallporter.features.events import users as user_events
from hallporter.features.users import store

MAX_BYTES = 8 * 1024
Metadata = Annotated[dict[str, Any], bytes_at_most(MAX_BYTES)]
_NAMES = ("public_metadata", "private_metadata", "unsafe_metadata")


class GivenMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """Metadata as a server gives it; what is absent stays as it is."""

    public_metadata: Metadata | msgspec.UnsetType = msgspec.UNSET
    private_metadata: Metadata | msgspec.UnsetType = msgspec.UNSET
    unsafe_metadata: Metadata | msgspec.UnsetType = msgspec.UNSET

    def fields(self) -> dict[str, Metadata]:
        """Return what was given, by name."""
        given = {name: getattr(self, name) for name in _NAMES}
        return {name: value for name, value in given.items() if value is not msgspec.UNSET}


async def update_metadata(scope: Scope, user_id: UserId, given: GivenMetadata) -> None:
    """Merge into a user's metadata, however deep; null removes a key (RFC 7396)."""
    await _write(scope, user_id, given, is_merged=True)


async def replace_metadata(scope: Scope, user_id: UserId, given: GivenMetadata) -> None:
    """Put new metadata in the place of the old."""
    await _write(scope, user_id, given, is_merged=False)


async def _write(scope: Scope, user_id: UserId, given: GivenMetadata, *, is_merged: bool) -> None:
    fields = given.fields()
    async with scope.db.write() as tx:
        # Read under the lock: of two merges at once, neither loses the other's keys.
        user = await store.lock_user(tx, scope.instance.id, user_id)
        if user is None:
            raise errors.user.not_found()
        if is_merged:
            fields = {
                name: merged(msgspec.json.decode(getattr(user, name)), patch)
                for name, patch in fields.items()
            }
        if fields:
            changed = replace(user, **encoded(fields), updated_at=scope.now)
            await store.update_user(tx, changed)
            user_events.changed(tx, scope, user_id)


def encoded(fields: dict[str, Metadata]) -> dict[str, msgspec.Raw]:
    """Return metadata as it is stored; raises when a field is too large."""
    collector = ErrorCollector()
    for name, value in fields.items():
        with collector.noted():
            refuse_large(value, param=name)
    collector.raise_any()
    return {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in fields.items()}


def merged(old: Any, patch: Any) -> Any:
    """Return `old` with `patch` merged into it (RFC 7396 §2)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(cast("Metadata", old)) if isinstance(old, dict) else {}
    for name, value in cast("Metadata", patch).items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def refuse_large(value: Metadata, *, param: str) -> None:
    """Raise if an object is larger than what is kept."""
    if len(msgspec.json.encode(value)) + _written_out(value) > MAX_BYTES:
        raise errors.form.allowed_size_exceeded(param=param, max=MAX_BYTES)


def _written_out(value: Any) -> int:
    """Return how many digits PostgreSQL adds: it writes 1e300 as a one and 300 zeros."""
    match value:
        case dict():
            return sum(map(_written_out, cast("Metadata", value).values()))
        case list():
            return sum(map(_written_out, cast("list[Any]", value)))
        case float():
            return abs(int(repr(value).partition("e")[2] or 0))
        case _:
            return 0
