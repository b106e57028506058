"""Backend doors of users."""

from hallporter.contract import errors
from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.edge.operation import backend
from hallporter.features.users import store, views
from hallporter.features.users.views import BackendUser


@backend.get("/v1/users/{user_id}")
async def get_user(scope: Scope, caller: SecretKey, user_id: UserId) -> BackendUser:
    """Return one user."""
    row = await store.user_details(scope.db, scope.instance.id, user_id)
    if row is None:
        raise errors.user.not_found()
    return views.backend_user(row, scope.instance, scope.now)
