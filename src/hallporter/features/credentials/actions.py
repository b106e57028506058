"""Making and checking credentials."""

from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.core import passwords
from hallporter.core.secret import Secret
from hallporter.features.credentials import policy, store
from hallporter.features.credentials.rows import CredentialsRow


async def hash_new_password(scope: Scope, password: Secret, *, param: str = "password") -> str:
    """Return the hash of a new password; raises if the instance's rules refuse it."""
    text = policy.normalised(password.reveal())
    policy.refuse_weak(text, scope.instance.settings.password, param=param)
    return await passwords.hash_password(text)


async def of_user(scope: Scope, user_id: UserId | None) -> CredentialsRow | None:
    """Return the user's credentials, if the user is known and has any."""
    if user_id is None:
        return None
    return await store.credentials(scope.db, scope.instance.id, user_id)


async def password_fits(credentials: CredentialsRow | None, password: Secret) -> bool:
    """Tell whether `password` is right; as slow for a stranger as for a user."""
    password_hash = None if credentials is None else credentials.password_hash
    return await passwords.verify(password_hash, policy.normalised(password.reveal()))
