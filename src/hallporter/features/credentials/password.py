"""Making and checking passwords."""

from hallporter.contract.scope import Scope
from hallporter.core import passwords
from hallporter.core.secret import Secret
from hallporter.features.credentials import policy
from hallporter.features.credentials.rows import CredentialsRow


async def hash_new(scope: Scope, password: Secret, *, param: str = "password") -> str:
    """Return the hash of a new password; raises if the instance's rules refuse it."""
    text = policy.normalised(password.reveal())
    policy.refuse_weak(text, scope.instance.settings.password, param=param)
    return await passwords.hash_password(text)


async def fits(credentials: CredentialsRow | None, password: Secret) -> bool:
    """Tell whether `password` is right; as slow for a stranger as for a user."""
    password_hash = None if credentials is None else credentials.password_hash
    return await passwords.verify(password_hash, policy.normalised(password.reveal()))
