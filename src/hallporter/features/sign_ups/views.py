"""Sign-ups as the outside sees them."""

from typing import Any

import msgspec

from hallporter.contract.ids import ClientId, SessionId, SignUpId, UserId
from hallporter.contract.objects import Moment, Opaque, WireObject
from hallporter.contract.scope import Scope
from hallporter.contract.settings import PhoneCodeChannel
from hallporter.features.external_accounts import views as external_accounts
from hallporter.features.external_accounts.views import OAuthVerification
from hallporter.features.identifications import canonical
from hallporter.features.sign_ups import machine, store
from hallporter.features.sign_ups.proofs import Proofs, of_sign_up
from hallporter.features.sign_ups.rows import SignUpRow
from hallporter.features.verifications import links
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.web3_wallets import ceremony, kinds


class SignUpVerification(msgspec.Struct, frozen=True):
    """How a field is to be proved, and what comes next."""

    object: str
    status: str
    strategy: str
    attempts: int | None
    expire_at: Moment | None
    next_action: str
    supported_strategies: list[str]
    verified_at_client: ClientId | msgspec.UnsetType
    nonce: str | msgspec.UnsetType
    message: str | msgspec.UnsetType
    channel: PhoneCodeChannel | msgspec.UnsetType


class SignUpVerifications(msgspec.Struct, frozen=True):
    """The proofs of a sign-up's fields."""

    email_address: SignUpVerification | None
    phone_number: SignUpVerification | None
    web3_wallet: SignUpVerification | None
    external_account: OAuthVerification | None


class SignUp(WireObject, frozen=True, tag="sign_up_attempt"):
    """A sign-up."""

    id: SignUpId
    status: str
    required_fields: list[str]
    optional_fields: list[str]
    missing_fields: list[str]
    unverified_fields: list[str]
    verifications: SignUpVerifications
    username: str | None
    email_address: str | None
    phone_number: str | None
    web3_wallet: str | None
    password_enabled: bool
    first_name: str | None
    last_name: str | None
    unsafe_metadata: Opaque
    public_metadata: dict[str, Any]
    custom_action: bool
    external_id: str | None
    created_session_id: SessionId | None
    created_user_id: UserId | None
    abandon_at: Moment
    legal_accepted_at: Moment | None


async def sign_up(scope: Scope, row: SignUpRow) -> SignUp:
    """Return the sign-up that `row` stores."""
    proofs = await of_sign_up(scope, row)
    visit = await external_accounts.visit(scope, row.external_verification_id)
    wanted = machine.requirements(
        row,
        scope.instance.settings,
        proved=proofs.proved,
        is_proved_elsewhere=visit is not None and visit.status == "verified",
    )
    return SignUp(
        id=row.id,
        status=machine.status_at(row, scope.now),
        required_fields=wanted.required,
        optional_fields=wanted.optional,
        missing_fields=[] if row.status == "complete" else wanted.missing,
        unverified_fields=wanted.unverified,
        verifications=SignUpVerifications(
            email_address=await _proof(scope, "email_address", row.email_address, proofs),
            phone_number=await _proof(scope, "phone_number", row.phone_number, proofs),
            web3_wallet=await _proof(scope, "web3_wallet", row.web3_wallet, proofs),
            external_account=visit,
        ),
        username=row.username,
        email_address=row.email_address,
        phone_number=row.phone_number,
        web3_wallet=row.web3_wallet and canonical.shown("web3_wallet", row.web3_wallet),
        password_enabled=row.password_hash is not None,
        first_name=row.first_name,
        last_name=row.last_name,
        unsafe_metadata=row.unsafe_metadata,
        public_metadata={},
        custom_action=False,
        external_id=None,
        created_session_id=row.created_session_id,
        created_user_id=row.created_user_id,
        abandon_at=row.abandon_at,
        legal_accepted_at=row.legal_accepted_at,
    )


async def pending(scope: Scope, id: SignUpId | None) -> SignUp | None:
    """Return the sign-up that a client has under way."""
    row = None if id is None else await store.sign_up_by_id(scope.db, scope.instance.id, id)
    if row is None or machine.status_at(row, scope.now) != "missing_requirements":
        return None
    return await sign_up(scope, row)


async def _proof(
    scope: Scope, field: str, given: str | None, proofs: Proofs
) -> SignUpVerification | None:
    verification = proofs.of(field)
    # Null until a code is on its way: @clerk/ui takes `unverified` for one it need not ask for.
    if given is None or verification is None:
        return None
    status = verification.status_at(scope.now)
    attribute = machine.attribute(scope.instance.settings, field)
    asked = None
    if verification.strategy in kinds.CHAINS and status == "unverified":
        asked = ceremony.challenge(scope, verification, given)
    return SignUpVerification(
        object=_object(verification.strategy),
        status=status,
        strategy=verification.strategy,
        attempts=verification.attempts,
        expire_at=verification.expire_at,
        next_action=_next_action(status),
        supported_strategies=attribute.verifications,
        verified_at_client=await _opened_by(scope, verification),
        nonce=msgspec.UNSET if asked is None else asked.nonce,
        message=msgspec.UNSET if asked is None else asked.message,
        channel=verification.channel or msgspec.UNSET,
    )


def _object(strategy: str) -> str:
    if strategy in ("email_link", "ticket"):
        return f"verification_{strategy}"
    if strategy in kinds.CHAINS:
        return "verification_web3"
    return "verification_from_oauth" if strategy.startswith("from_") else "verification_otp"


async def _opened_by(scope: Scope, row: VerificationRow) -> ClientId | msgspec.UnsetType:
    if (row.strategy, row.status) != (links.STRATEGY, "verified"):
        return msgspec.UNSET
    return await links.opened_by(scope, row.id) or msgspec.UNSET


def _next_action(status: str) -> str:
    match status:
        case "verified":
            return ""
        case "unverified":
            return "needs_attempt"
        case _:
            return "needs_prepare"
