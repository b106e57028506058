"""Sign-ins as the outside sees them."""

import msgspec

from hallporter.contract.ids import ClientId, SessionId, SignInId
from hallporter.contract.objects import WireObject
from hallporter.contract.scope import Scope
from hallporter.contract.settings import PhoneCodeChannel
from hallporter.features.external_accounts import views as external_accounts
from hallporter.features.external_accounts.views import OAuthVerification
from hallporter.features.passkeys import ceremony
from hallporter.features.sign_ins import hiding, machine, store, subjects
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.verifications import links
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.verifications.strategies import FIRST_FACTORS, SECOND_FACTORS, is_enabled
from hallporter.features.verifications.strategy import Factor, Strategy, Subject

_OBJECTS = {
    "password": "verification_password",
    "ticket": "verification_ticket",
    "totp": "verification_totp",
    "backup_code": "verification_backup_code",
    "google_one_tap": "verification_google_one_tap",
    links.STRATEGY: "verification_email_link",
    ceremony.STRATEGY: "verification_passkey",
}


class FactorVerification(msgspec.Struct, frozen=True):
    """Where the proof of a factor stands."""

    object: str
    status: str
    strategy: str
    attempts: int | None
    expire_at: int | None
    verified_at_client: ClientId | msgspec.UnsetType
    channel: PhoneCodeChannel | msgspec.UnsetType
    nonce: str | msgspec.UnsetType


class UserData(msgspec.Struct, frozen=True):
    """What a sign-in shows of the user it is about."""

    first_name: str | None
    last_name: str | None
    image_url: str
    has_image: bool


class SignIn(WireObject, frozen=True, tag="sign_in_attempt"):
    """A sign-in."""

    id: SignInId
    status: str
    supported_identifiers: list[str]
    supported_first_factors: list[Factor]
    supported_second_factors: list[Factor]
    first_factor_verification: FactorVerification | OAuthVerification | None
    second_factor_verification: FactorVerification | None
    identifier: str | None
    user_data: UserData | None
    created_session_id: SessionId | None
    abandon_at: int


async def sign_in(scope: Scope, row: SignInRow, subject: Subject | None = None) -> SignIn:
    """Return the sign-in that `row` stores; `subject` spares a read where it is known."""
    if subject is None:
        subject = await subjects.of_sign_in(scope, row)
    is_hidden = hiding.hides(scope, row)
    return SignIn(
        id=row.id,
        status=machine.status_at(row, scope.now),
        supported_identifiers=_supported_identifiers(scope),
        supported_first_factors=hiding.factors(scope, row.identifier or "")
        if is_hidden
        else [*_offered(scope, FIRST_FACTORS, subject), *_providers(scope, subject)],
        supported_second_factors=[] if is_hidden else _offered(scope, SECOND_FACTORS, subject),
        first_factor_verification=await _first_factor(scope, row, subject),
        second_factor_verification=_second_factor(scope, row, subject),
        identifier=row.identifier,
        user_data=None if is_hidden else _user_data(subject),
        created_session_id=row.created_session_id,
        abandon_at=row.abandon_at,
    )


async def pending(scope: Scope, id: SignInId | None) -> SignIn | None:
    """Return the sign-in that a client has under way: clerk-js loses it unless it is echoed."""
    row = None if id is None else await store.sign_in_by_id(scope.db, scope.instance.id, id)
    if row is None or machine.status_at(row, scope.now) in ("complete", "abandoned"):
        return None
    return await sign_in(scope, row)


def _supported_identifiers(scope: Scope) -> list[str]:
    attributes = scope.instance.settings.attributes
    return [
        name
        for name in ("email_address", "phone_number", "username")
        if getattr(attributes, name).enabled and getattr(attributes, name).used_for_first_factor
    ]


def _providers(scope: Scope, subject: Subject) -> list[Factor]:
    """Return the providers at which the user has an account, as far as they may sign in."""
    accounts = [] if subject.user is None else subject.user.external_account_rows()
    social = scope.instance.settings.social
    strategies = dict.fromkeys(each.strategy for each in accounts if each.is_verified)
    return [
        Factor(strategy=strategy)
        for strategy in strategies
        if strategy in social and social[strategy].enabled and social[strategy].authenticatable
    ]


def _offered(scope: Scope, strategies: dict[str, Strategy], subject: Subject) -> list[Factor]:
    return [
        factor
        for strategy in strategies.values()
        if is_enabled(strategy.name, scope.instance.settings)
        for factor in strategy.factors(subject)
    ]


async def _first_factor(
    scope: Scope, row: SignInRow, subject: Subject
) -> FactorVerification | OAuthVerification | None:
    if row.first_factor_strategy is not None:
        return await _first_verified(scope, row, row.first_factor_strategy)
    if row.status == "needs_second_factor":
        return None
    if subject.verification is None:
        return await external_accounts.visit(scope, row.first_factor_verification_id)
    return under_way(scope, subject.verification, subject)


async def _first_verified(scope: Scope, row: SignInRow, strategy: str) -> FactorVerification:
    if strategy != links.STRATEGY:
        return verified(strategy, row.updated_at)
    opened_by = await links.opened_by(scope, row.first_factor_verification_id)
    return verified(strategy, row.updated_at, opened_by)


def _second_factor(scope: Scope, row: SignInRow, subject: Subject) -> FactorVerification | None:
    if row.second_factor_strategy is not None:
        return verified(row.second_factor_strategy, row.updated_at)
    if row.status != "needs_second_factor" or subject.verification is None:
        return None
    return under_way(scope, subject.verification, subject)


def under_way(scope: Scope, row: VerificationRow, subject: Subject) -> FactorVerification:
    """Return how a proof is shown that is waited for; a passkey with what the browser is asked."""
    nonce = None
    if row.strategy == ceremony.STRATEGY:
        passkeys = [] if subject.user is None else subject.user.passkey_rows()
        nonce = ceremony.request_options(scope, row.id, passkeys)
    return FactorVerification(
        object=_OBJECTS.get(row.strategy, "verification_otp"),
        status=row.status_at(scope.now),
        strategy=row.strategy,
        attempts=row.attempts,
        expire_at=row.expire_at,
        verified_at_client=msgspec.UNSET,
        channel=row.channel or msgspec.UNSET,
        nonce=nonce or msgspec.UNSET,
    )


def verified(strategy: str, at: int, opened_by: ClientId | None = None) -> FactorVerification:
    """Return how a factor is shown that was proved at `at`, by a link on some client perhaps."""
    object = "verification_oauth" if strategy.startswith("oauth_") else "verification_otp"
    return FactorVerification(
        object=_OBJECTS.get(strategy, object),
        status="verified",
        strategy=strategy,
        attempts=None,
        expire_at=at,
        verified_at_client=opened_by or msgspec.UNSET,
        channel=msgspec.UNSET,
        nonce=msgspec.UNSET,
    )


def _user_data(subject: Subject) -> UserData | None:
    user = subject.user
    if user is None:
        return None
    return UserData(
        first_name=user.first_name, last_name=user.last_name, image_url="", has_image=False
    )
