"""Sign-ins as the outside sees them."""

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from hallporter.contract.ids import ClientId, SessionId, SignInId, VerificationId
from hallporter.contract.objects import Moment, WireObject
from hallporter.contract.scope import Scope
from hallporter.contract.settings import PhoneCodeChannel
from hallporter.features.external_accounts import views as external_accounts
from hallporter.features.external_accounts.views import OAuthVerification
from hallporter.features.passkeys import ceremony
from hallporter.features.sign_ins import client_trust, hiding, machine, store, subjects
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.trusted_devices import ceremony as trusted_devices
from hallporter.features.trusted_devices.views import TrustedDeviceChallenge, challenge_of
from hallporter.features.users import portraits
from hallporter.features.verifications import links
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.verifications.strategies import (
    first_factors,
    second_factors,
    trust_factors,
    web3_signature,
)
from hallporter.features.verifications.strategy import Factor, Subject
from hallporter.features.web3_wallets import ceremony as wallets
from hallporter.features.web3_wallets import kinds

_OBJECTS = {
    "password": "verification_password",
    "ticket": "verification_ticket",
    "totp": "verification_totp",
    "backup_code": "verification_backup_code",
    "google_one_tap": "verification_google_one_tap",
    links.STRATEGY: "verification_email_link",
    ceremony.STRATEGY: "verification_passkey",
    **dict.fromkeys(kinds.CHAINS, "verification_web3"),
    trusted_devices.STRATEGY: "verification_trusted_device",
}


class FactorVerification(msgspec.Struct, frozen=True):
    """Where the proof of a factor stands."""

    object: str
    status: str
    strategy: str
    attempts: int | None
    expire_at: Moment | None
    verified_at_client: ClientId | UnsetType
    channel: PhoneCodeChannel | UnsetType
    nonce: str | UnsetType
    message: str | UnsetType
    trusted_device_challenge: TrustedDeviceChallenge | UnsetType = UNSET


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
    abandon_at: Moment
    client_trust_state: client_trust.State | msgspec.UnsetType


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
        else [*first_factors(scope.instance.settings, subject), *_providers(scope, subject)],
        supported_second_factors=[] if is_hidden else _second_factors(scope, row, subject),
        first_factor_verification=await _first_factor(scope, row, subject),
        second_factor_verification=await _second_factor(scope, row, subject),
        identifier=row.identifier,
        user_data=None if is_hidden else _user_data(scope, subject),
        created_session_id=row.created_session_id,
        abandon_at=row.abandon_at,
        client_trust_state=await client_trust.state(scope, row) or msgspec.UNSET,
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
        for name in ("email_address", "phone_number", "username", "web3_wallet")
        if getattr(attributes, name).identifies
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


async def _first_factor(
    scope: Scope, row: SignInRow, subject: Subject
) -> FactorVerification | OAuthVerification | None:
    if row.first_factor_strategy is not None:
        proof = row.first_factor_verification_id
        return await _verified(scope, row, row.first_factor_strategy, proof)
    if row.asks_for_second:
        return None
    if subject.verification is None:
        return await external_accounts.visit(scope, row.first_factor_verification_id)
    waiting = under_way(scope, subject.verification, subject)
    if subject.verification.strategy != trusted_devices.STRATEGY:
        return waiting
    asked = await challenge_of(scope, subject.verification.id)
    return replace(waiting, trusted_device_challenge=asked or UNSET)


async def _verified(
    scope: Scope, row: SignInRow, strategy: str, proof: VerificationId | None
) -> FactorVerification:
    if strategy != links.STRATEGY:
        return verified(strategy, row.updated_at)
    opened_by = await links.opened_by(scope, proof)
    return verified(strategy, row.updated_at, opened_by)


def _second_factors(scope: Scope, row: SignInRow, subject: Subject) -> list[Factor]:
    if row.status == "needs_client_trust":
        return trust_factors(scope.instance.settings, subject)
    return second_factors(scope.instance.settings, subject)


async def _second_factor(
    scope: Scope, row: SignInRow, subject: Subject
) -> FactorVerification | None:
    if row.second_factor_strategy is not None:
        proof = row.second_factor_verification_id
        return await _verified(scope, row, row.second_factor_strategy, proof)
    if not row.asks_for_second or subject.verification is None:
        return None
    return under_way(scope, subject.verification, subject)


def under_way(scope: Scope, row: VerificationRow, subject: Subject) -> FactorVerification:
    """Return how a proof is shown that is waited for, with what a device is to answer."""
    asked = _asked(scope, row, subject)
    return FactorVerification(
        object=_OBJECTS.get(row.strategy, "verification_otp"),
        status=row.status_at(scope.now),
        strategy=row.strategy,
        attempts=row.attempts,
        expire_at=row.expire_at,
        verified_at_client=UNSET,
        channel=row.channel or UNSET,
        nonce=asked.nonce or UNSET,
        message=asked.message or UNSET,
    )


class _Asked(msgspec.Struct, frozen=True):
    nonce: str | None = None
    message: str | None = None


def _asked(scope: Scope, row: VerificationRow, subject: Subject) -> _Asked:
    if row.strategy == ceremony.STRATEGY:
        passkeys = [] if subject.user is None else subject.user.passkey_rows()
        return _Asked(ceremony.request_options(scope, row.id, passkeys))
    wallet = web3_signature.asked(subject, row) if row.strategy in kinds.CHAINS else None
    if wallet is None:
        return _Asked()
    challenge = wallets.challenge(scope, row, wallet.canonical)
    return _Asked(challenge.nonce, challenge.message)


def verified(strategy: str, at: int, opened_by: ClientId | None = None) -> FactorVerification:
    """Return how a factor is shown that was proved at `at`, by a link on some client perhaps."""
    object = "verification_oauth" if strategy.startswith("oauth_") else "verification_otp"
    return FactorVerification(
        object=_OBJECTS.get(strategy, object),
        status="verified",
        strategy=strategy,
        attempts=None,
        expire_at=at,
        verified_at_client=opened_by or UNSET,
        channel=UNSET,
        nonce=UNSET,
        message=UNSET,
    )


def _user_data(scope: Scope, subject: Subject) -> UserData | None:
    user = subject.user
    if user is None:
        return None
    return UserData(
        first_name=user.first_name,
        last_name=user.last_name,
        image_url=portraits.shown(scope, user),
        has_image=user.profile_image_id is not None,
    )
