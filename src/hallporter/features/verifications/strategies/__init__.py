"""Every strategy, found by its name on the wire."""

from hallporter.contract import errors
from hallporter.contract.settings import Settings
from hallporter.features.verifications.strategies import (
    email_code,
    email_link,
    one_time,
    passkey,
    password,
    phone_code,
    trusted_device,
    web3_signature,
)
from hallporter.features.verifications.strategy import Factor, Strategy, Subject
from hallporter.features.web3_wallets import kinds

FIRST_FACTORS: dict[str, Strategy] = {
    each.name: each
    for each in (
        password.Password(),
        passkey.Passkey(),
        trusted_device.TrustedDevice(),
        email_code.EmailCode("email_code"),
        email_link.EmailLink(),
        email_code.EmailCode("reset_password_email_code"),
        phone_code.PhoneCode("phone_code"),
        phone_code.PhoneCode("reset_password_phone_code"),
        *(web3_signature.Web3Signature(name) for name in kinds.CHAINS),
    )
}
SECOND_FACTORS: dict[str, Strategy] = {
    each.name: each
    for each in (
        one_time.Totp(),
        phone_code.PhoneCode("phone_code", is_second=True),
        one_time.BackupCode(),
    )
}
# What a password alone does not prove in a browser that is new to its user.
CLIENT_TRUST: dict[str, Strategy] = {
    each.name: each
    for each in (
        email_code.EmailCode("email_code"),
        email_link.EmailLink(is_second=True),
        phone_code.PhoneCode("phone_code"),
    )
}
# What clerk-js asks for where an address is an enterprise's; `saml` is the older name.
_ENTERPRISE = ("enterprise_sso", "saml")
# Which of the two is mailed, or both, the settings of the address say.
_BY_MAIL = ("email_code", email_link.EmailLink.name)


def first_factor(name: str, settings: Settings) -> Strategy:
    """Return the first-factor strategy called `name`; raises unless the instance signs in by it."""
    found = _found(FIRST_FACTORS, name)
    if name not in _first_factor_names(settings):
        raise errors.sign_in.strategy_invalid(strategy=name, param="strategy")
    return found


def second_factor(name: str) -> Strategy:
    """Return the second-factor strategy called `name` or raise."""
    return _found(SECOND_FACTORS, name)


def client_trust(name: str) -> Strategy:
    """Return the strategy called `name` that proves whose a new browser is, or raise."""
    return _found(CLIENT_TRUST, name)


def trust_factors(settings: Settings, subject: Subject) -> list[Factor]:
    """Return how a user may prove a new browser to be theirs: nothing where nothing reaches them.

    Signing in by mail alone need not be allowed for that.
    """
    address = settings.attributes.email_address
    mailed = {*address.first_factors, *address.verifications} & {*_BY_MAIL} or {_BY_MAIL[0]}
    texted = {"phone_code"} if settings.attributes.phone_number.enabled else set[str]()
    return [
        factor
        for strategy in CLIENT_TRUST.values()
        if strategy.name in mailed | texted
        for factor in strategy.factors(subject)
    ]


def refuse_enterprise(name: str | None) -> None:
    """Raise when a strategy asks for an enterprise connection: there are none."""
    if name in _ENTERPRISE:
        raise errors.oauth.enterprise_unsupported(param="strategy")


def first_factors(settings: Settings, subject: Subject) -> list[Factor]:
    """Return by what a user may begin to sign in."""
    names = _first_factor_names(settings)
    return [
        factor
        for name, strategy in FIRST_FACTORS.items()
        if name in names
        for factor in strategy.factors(subject)
    ]


def second_factors(settings: Settings, subject: Subject) -> list[Factor]:
    """Return what a user may show after that; an app that was set up counts whatever is set now."""
    return [
        factor
        for name, strategy in SECOND_FACTORS.items()
        if settings.attributes.phone_number.enabled or name != "phone_code"
        for factor in strategy.factors(subject)
    ]


def _first_factor_names(settings: Settings) -> set[str]:
    attributes = settings.attributes
    address, number = attributes.email_address, attributes.phone_number
    names = {trusted_device.TrustedDevice.name, *kinds.first_factors(settings)}
    if address.enabled:
        names.update(each for each in _BY_MAIL if each in address.first_factors)
    if number.enabled and "phone_code" in number.first_factors:
        names.add("phone_code")
    if attributes.passkey.enabled:
        names.add(passkey.Passkey.name)
    if attributes.password.enabled:
        names.add("password")
        if address.enabled:
            names.add("reset_password_email_code")
        if number.enabled:
            names.add("reset_password_phone_code")
    return names


def _found(strategies: dict[str, Strategy], name: str) -> Strategy:
    refuse_enterprise(name)
    found = strategies.get(name)
    if found is None:
        raise errors.verification.strategy_invalid(param="strategy")
    return found
