"""Users as browsers see them, from memory where they are what they were."""

from collections.abc import Iterable, Mapping

from hallporter.contract.ids import UserId
from hallporter.contract.instance import Instance
from hallporter.contract.scope import Scope
from hallporter.core.remembered import Remembered
from hallporter.features.users import store, views
from hallporter.features.users.rows import UserDetailsRow
from hallporter.features.users.views import Shown

# Users are the same for as long as their revision is, at one instance and one address of it.
_Key = tuple[UserId, int | None, Instance, str]

# What a user takes in memory: the objects that they are shown with, and as much as was stored.
_SHOWN_BYTES = 32 * 1024 * 1024
_BESIDE_TEXTS = 1536
_COPIES = 2
_SHOWN: Remembered[_Key, Shown] = Remembered(_SHOWN_BYTES)


async def shown(
    scope: Scope, revisions: Iterable[tuple[UserId, int | None]]
) -> Mapping[UserId, Shown]:
    """Return users by their ids, each as of its revision or later; who is gone is not among them.

    The revision was read in the request that asks: no time passes in which somebody is shown as
    they were.
    """
    url, found, missing = scope.public_url, dict[UserId, Shown](), list[UserId]()
    for id, revision in revisions:
        known = _SHOWN.get((id, revision, scope.instance, url))
        if known is None:
            missing.append(id)
        else:
            found[id] = known
    if missing:
        for revision, row in await store.users_as_revised(scope.db, scope.instance.id, missing):
            user = found[row.id] = views.shown(row, scope)
            if revision is not None and not row.changes_with_time:
                key = (row.id, revision, scope.instance, url)
                _SHOWN.put(key, user, _BESIDE_TEXTS + _COPIES * _size(row))
    return found


def _size(row: UserDetailsRow) -> int:
    texts = (
        *(row.identifications, row.external_accounts, row.passkeys),
        *(row.public_metadata, row.unsafe_metadata),
    )
    return sum(len(bytes(each)) for each in texts)
