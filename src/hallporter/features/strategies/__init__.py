"""Every strategy, found by its name on the wire."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol

import msgspec

from hallporter.contract import errors
from hallporter.contract.instance import Instance
from hallporter.core.secret import Secret
from hallporter.features.identifications.rows import IdentificationType
from hallporter.features.strategies import (
    email_code,
    email_link,
    oauth,
    one_time,
    passkey,
    password,
    phone_code,
    ticket,
    trusted_device,
    web3_signature,
)
from hallporter.features.strategies.strategy import Named, OfIdentifier, Strategy, Subject
from hallporter.features.verifications import links
from hallporter.features.verifications.factors import Factor
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.web3_wallets import kinds

_REMEMBERED = 1_000

PASSWORD = password.Password()
TICKET = ticket.Ticket()
TRUSTED_DEVICE = trusted_device.TrustedDevice()
TRANSFER = oauth.Transfer("transfer")
EMAIL_CODE = email_code.EmailCode("email_code")
EMAIL_LINK = email_link.EmailLink(links.STRATEGY)
PHONE_CODE = phone_code.PhoneCode("phone_code")
WALLETS = [web3_signature.Web3Signature(name) for name in kinds.CHAINS]


def _by_name(*strategies: Strategy) -> dict[str, Strategy]:
    return {each.name: each for each in strategies}


FIRST_FACTORS = _by_name(
    PASSWORD,
    passkey.Passkey(),
    TRUSTED_DEVICE,
    EMAIL_CODE,
    EMAIL_LINK,
    email_code.EmailCodeReset("reset_password_email_code"),
    PHONE_CODE,
    phone_code.PhoneCodeReset("reset_password_phone_code"),
    *WALLETS,
)
SECOND_FACTORS = _by_name(
    one_time.Totp(), phone_code.SecondPhoneCode("phone_code"), one_time.BackupCode()
)
# What a password alone does not prove in a browser that is new to its user.
CLIENT_TRUST = _by_name(EMAIL_CODE, email_link.ConfirmingEmailLink(links.STRATEGY), PHONE_CODE)
# What proves an identifier, whosever it is.
OF_IDENTIFIERS: dict[str, OfIdentifier] = {
    each.name: each for each in (EMAIL_CODE, EMAIL_LINK, PHONE_CODE, *WALLETS)
}
# What is waited for where a request brings a code, and says no more.
CODES: dict[str, OfIdentifier] = {each.type: each for each in (EMAIL_CODE, PHONE_CODE)}
_NAMED = {**_by_name(TICKET), **SECOND_FACTORS, **FIRST_FACTORS}
# What clerk-js asks for where an address is an enterprise's; `saml` is the older name.
_ENTERPRISE = ("enterprise_sso", "saml")


class Beginning(Protocol):
    """What a request says of how a sign-in or a sign-up begins."""

    @property
    def strategy(self) -> str | None:
        """The strategy that it names."""
        ...

    @property
    def transfer(self) -> bool | None:
        """Whether it goes on with what a visit has found out."""
        ...

    @property
    def ticket(self) -> Secret | None:
        """The ticket that it brings."""
        ...


class Ways(msgspec.Struct, frozen=True):
    """The strategies that an instance has, in the order in which they are offered."""

    first: dict[str, Strategy]
    offers: list[Strategy]
    """First factors as they are offered, providers among them."""
    second: list[Strategy]
    trust: list[Strategy]


@lru_cache(maxsize=_REMEMBERED)
def of_instance(instance: Instance) -> Ways:
    """Return the strategies that an instance has: once for each revision of its settings."""
    settings = instance.settings
    first = [each for each in FIRST_FACTORS.values() if each.is_enabled(settings)]
    providers = oauth.Providers(settings)
    offered = [each for each in first if each.is_offered]
    return Ways(
        first=_by_name(*first),
        offers=[*offered, providers] if providers.is_enabled(settings) else offered,
        second=[each for each in SECOND_FACTORS.values() if each.is_enabled(settings)],
        trust=[each for each in CLIENT_TRUST.values() if each.confirms_client(settings)],
    )


def first_factor(name: str, instance: Instance) -> Strategy:
    """Return the first-factor strategy called `name`; raises unless the instance signs in by it."""
    found = of_instance(instance).first.get(name) or oauth.by_provider(name)
    if found is None:
        raise _found(FIRST_FACTORS, name).unsupported()
    return found


def second_factor(name: str) -> Strategy:
    """Return the second-factor strategy called `name` or raise."""
    return _found(SECOND_FACTORS, name)


def client_trust(name: str) -> Strategy:
    """Return the strategy `name` that can be a first factor, or raise."""
    return _found(CLIENT_TRUST, name)


def named(name: str) -> Strategy:
    """Return the strategy of a stored verification, whatever its purpose."""
    found = _NAMED.get(name) or oauth.by_provider(name)
    if found is not None:
        return found
    return oauth.Vouched(name) if name.startswith("from_") else Strategy(name)


def that_names_itself(given: Beginning) -> Strategy | None:
    """Return the strategy whose proof identifies its user, if a request begins with one."""
    if given.transfer:
        return TRANSFER
    name = given.strategy
    if name is not None and name not in FIRST_FACTORS:
        refuse_enterprise(name)
        provider = oauth.by_provider(name)
        if provider is not None:
            return provider
    if name == TRUSTED_DEVICE.name:
        return None
    return TICKET if given.ticket is not None or name == TICKET.name else None


def visited(name: str | None) -> Strategy | None:
    """Return the strategy called `name`, if the browser is sent to a provider by it."""
    found = None if name is None else oauth.by_provider(name)
    return found if found is not None and found.is_visited else None


def to_begin_with(name: str | None, password: Secret | None) -> Strategy | None:
    """Return the strategy with which a sign-in begins; None where a request names none.

    One that is not enabled, or not known, is refused where it is used.
    """
    if name is None:
        return None if password is None else PASSWORD
    return FIRST_FACTORS.get(name) or Strategy(name)


def of_identifier(name: str) -> OfIdentifier:
    """Return the strategy called `name` that proves an identifier, or raise."""
    found = OF_IDENTIFIERS.get(name)
    if found is None:
        raise errors.verification.strategy_invalid(param="strategy")
    return found


def answered_by(waiting: VerificationRow | None, type: IdentificationType) -> OfIdentifier:
    """Return the strategy that judges the proof of an identifier of this type.

    A code is judged as a code even if a link is pending, and then fails. A signature belongs to the
    strategy of its wallet.
    """
    found = CODES.get(type) or (waiting and OF_IDENTIFIERS.get(waiting.strategy))
    if not found or found.type != type:
        raise errors.verification.missing()
    return found


def refuse_enterprise(name: str | None) -> None:
    """Raise when a strategy asks for an enterprise connection: there are none."""
    if is_enterprise(name):
        raise errors.oauth.enterprise_unsupported(param="strategy")


def is_enterprise(name: str | None) -> bool:
    """Tell whether a strategy asks for an enterprise connection."""
    return name in _ENTERPRISE


def offered(strategies: Iterable[Strategy], subject: Subject) -> list[Factor]:
    """Return how these strategies are offered to a user."""
    return [factor for strategy in strategies for factor in strategy.offered(subject)]


def offered_to_anybody(instance: Instance, identifier: Named | None) -> list[Factor]:
    """Return the first factors that a user with this identifier could have."""
    return [
        factor
        for strategy in of_instance(instance).first.values()
        for factor in strategy.offered_to_anybody(identifier)
    ]


def _found(strategies: dict[str, Strategy], name: str) -> Strategy:
    refuse_enterprise(name)
    found = strategies.get(name)
    if found is None:
        raise errors.verification.strategy_invalid(param="strategy")
    return found
