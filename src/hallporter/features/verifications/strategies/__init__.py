"""Every strategy, found by its name on the wire."""

from hallporter.contract import errors
from hallporter.features.verifications.strategies import email_code, one_time, password
from hallporter.features.verifications.strategy import Strategy

FIRST_FACTORS: dict[str, Strategy] = {
    each.name: each
    for each in (
        password.Password(),
        email_code.EmailCode("email_code"),
        email_code.EmailCode("reset_password_email_code"),
    )
}
SECOND_FACTORS: dict[str, Strategy] = {
    each.name: each for each in (one_time.Totp(), one_time.BackupCode())
}


def first_factor(name: str) -> Strategy:
    """Return the first-factor strategy called `name` or raise."""
    return _found(FIRST_FACTORS, name)


def second_factor(name: str) -> Strategy:
    """Return the second-factor strategy called `name` or raise."""
    return _found(SECOND_FACTORS, name)


def _found(strategies: dict[str, Strategy], name: str) -> Strategy:
    found = strategies.get(name)
    if found is None:
        raise errors.verification.strategy_invalid(param="strategy")
    return found
