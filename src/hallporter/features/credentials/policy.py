"""What a new password must be like (NIST SP 800-63B-4 §3.1.1: length first, no truncation)."""

import unicodedata

from hallporter.contract import errors
from hallporter.contract.settings import PasswordSettings

_SPECIAL = frozenset("!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~")


def normalised(password: str) -> str:
    """Return one spelling of a password that keyboards may compose differently (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def refuse_weak(password: str, settings: PasswordSettings, *, param: str) -> None:
    """Raise unless `password` meets the instance's rules."""
    if len(password) < settings.min_length:
        raise errors.form.password_too_short(param=param, min=settings.min_length)
    if len(password) > settings.max_length:
        raise errors.form.password_too_long(param=param, max=settings.max_length)
    broken = _broken_rules(password, settings)
    if broken:
        raise errors.form.password_weak(param=param, rules=", ".join(broken))


def _broken_rules(password: str, settings: PasswordSettings) -> list[str]:
    rules = (
        (settings.require_numbers, str.isdigit, "a number"),
        (settings.require_uppercase, str.isupper, "an upper-case letter"),
        (settings.require_lowercase, str.islower, "a lower-case letter"),
        (settings.require_special_char, _SPECIAL.__contains__, "a special character"),
    )
    return [
        words
        for required, has, words in rules
        if required and not any(has(character) for character in password)
    ]
