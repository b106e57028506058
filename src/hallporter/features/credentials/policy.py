"""What a new password must be like (NIST SP 800-63B-4 §3.1.1: length first, no truncation)."""

from hallporter.contract import errors
from hallporter.contract.api_error import ErrorKind
from hallporter.contract.error_collector import ErrorCollector
from hallporter.contract.settings import PasswordSettings


def refuse_unruly(password: str, settings: PasswordSettings, *, param: str) -> None:
    """Raise unless `password` meets the instance's rules; tells of every rule that it breaks."""
    if len(password) < settings.min_length:
        raise errors.form.password_too_short(param=param, min=settings.min_length)
    if len(password) > settings.max_length:
        raise errors.form.password_too_long(param=param, max=settings.max_length)
    collector = ErrorCollector()
    for kind in _broken_rules(password, settings):
        collector.add(kind(param=param))
    collector.raise_any()


def _broken_rules(password: str, settings: PasswordSettings) -> list[ErrorKind]:
    form = errors.form
    rules = (
        (settings.require_numbers, str.isdigit, form.password_no_number),
        (settings.require_uppercase, str.isupper, form.password_no_uppercase),
        (settings.require_lowercase, str.islower, form.password_no_lowercase),
        (
            settings.require_special_char,
            settings.allowed_special_characters.__contains__,
            form.password_no_special_char,
        ),
    )
    return [
        kind
        for required, has, kind in rules
        if required and not any(has(character) for character in password)
    ]
