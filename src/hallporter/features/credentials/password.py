"""Making and checking passwords."""

from collections.abc import Collection

import structlog

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.core import passwords
from hallporter.core.secret import Secret
from hallporter.delivery import breached_passwords
from hallporter.features.credentials import policy, strength

log = structlog.get_logger()


async def hash_new(
    scope: Scope, password: Secret, *, owner: Collection[str], param: str = "password"
) -> str:
    """Return the hash of a new password; raises if the instance's rules refuse it.

    `owner` is what its user is recognised by, which others try first.
    """
    text = passwords.normalised(password.reveal())
    if text.strip().lower() in {each.lower() for each in owner}:
        raise errors.form.password_matches_identifier(param=param)
    await refuse_weak(scope, text, param=param)
    return await passwords.hash_password(text)


async def refuse_weak(scope: Scope, text: str, *, param: str) -> None:
    """Raise when a normalised password breaks a rule, is soon guessed, or has leaked."""
    settings = scope.instance.settings.password
    policy.refuse_unruly(text, settings, param=param)
    await strength.refuse_guessable(text, settings, param=param)
    if settings.refuse_breached and await _is_breached(settings.breached_passwords_url, text):
        raise errors.form.password_pwned(param=param)


async def refuse_breached(scope: Scope, password: Secret) -> None:
    """Raise when a correct password is known to have leaked, if the instance refuses those."""
    text = passwords.normalised(password.reveal())
    if await _is_breached(scope.instance.settings.password.breached_passwords_url, text):
        raise errors.form.password_pwned(param="password")


async def _is_breached(range_url: str, text: str) -> bool:
    try:
        return await breached_passwords.is_breached(range_url, text)
    except breached_passwords.UnknownError as unknown:
        # An outage of that service must not keep users from setting a password.
        log.warning("breached passwords not checked", reason=str(unknown))
        return False
