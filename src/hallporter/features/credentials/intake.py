"""Credentials that a server brings along for a user: checked, then hashed or sealed."""

import msgspec

from hallporter.contract import errors
from hallporter.contract.error_collector import ErrorCollector
from hallporter.contract.scope import Scope
from hallporter.contract.texts import AHundred, BackupCode, Digest, Password, Word
from hallporter.core import passwords
from hallporter.features.credentials import one_time
from hallporter.features.credentials import password as credential_password

_BCRYPT_PREFIX = "$2"


class GivenCredentials(msgspec.Struct, frozen=True, kw_only=True):
    """The credentials of a user as a server gives them; null means: not given."""

    password: Password | None = None
    password_digest: Digest | None = None
    password_hasher: Word | None = None
    skip_password_checks: bool = False
    totp_secret: Digest | None = None
    backup_codes: AHundred[BackupCode] = []

    @property
    def has_password(self) -> bool:
        """Whether the user is to have this password."""
        return self.password is not None or self.password_digest is not None


async def check(scope: Scope, given: GivenCredentials, collector: ErrorCollector) -> None:
    """Note everything that keeps these credentials from being stored."""
    with collector.noted():
        await _check_password(scope, given)
    with collector.noted():
        _check_digest(given)
    with collector.noted():
        if given.totp_secret is not None:
            one_time.totp_secret(given.totp_secret.reveal(), param="totp_secret")
    with collector.noted():
        _check_backup_codes(given)


async def _check_password(scope: Scope, given: GivenCredentials) -> None:
    if given.password is not None and not given.skip_password_checks:
        text = passwords.normalised(given.password.reveal())
        await credential_password.refuse_weak(scope, text, param="password")


def _check_digest(given: GivenCredentials) -> None:
    if given.password_digest is None:
        if given.password_hasher is not None:
            raise errors.form.conditional_missing(param="password_digest", given="password_hasher")
        return
    if given.password is not None:
        raise errors.form.conditional_disallowed(param="password_digest", given="password")
    if given.password_hasher is None:
        raise errors.form.conditional_missing(param="password_hasher", given="password_digest")
    if not passwords.is_supported_digest(given.password_hasher, given.password_digest.reveal()):
        raise errors.form.password_digest_invalid(param="password_digest")


def _check_backup_codes(given: GivenCredentials) -> None:
    # A digest of a code cannot become the keyed hash that codes are found by.
    if any(code.startswith(_BCRYPT_PREFIX) for code in given.backup_codes):
        raise errors.form.format_invalid(param="backup_codes")


async def password_hash(given: GivenCredentials) -> str | None:
    """Return what to store for the password, if one is given; `check` has passed."""
    if given.password_digest is not None:
        return given.password_digest.reveal()
    if given.password is None:
        return None
    return await passwords.hash_password(passwords.normalised(given.password.reveal()))


def sealed_totp_secret(scope: Scope, given: GivenCredentials) -> str | None:
    """Return what to store for the authenticator app, if a secret is given."""
    if given.totp_secret is None:
        return None
    secret = one_time.totp_secret(given.totp_secret.reveal(), param="totp_secret")
    return scope.box.encrypt(secret)


def backup_code_hashes(scope: Scope, given: GivenCredentials) -> list[str]:
    """Return what to store for the backup codes, each once."""
    hashes = (one_time.hash_of_backup_code(scope, code) for code in given.backup_codes)
    return list(dict.fromkeys(hashes))
