"""Sign-ups as replies show them. Each strategy adds what is shown of its own proof."""

from msgspec import UNSET

from hallporter.contract.ids import SignUpId
from hallporter.contract.scope import Scope
from hallporter.features import strategies
from hallporter.features.identifications import canonical
from hallporter.features.sign_ups import machine, store
from hallporter.features.sign_ups.proofs import Proofs, of_sign_up
from hallporter.features.sign_ups.rows import SignUpRow
from hallporter.features.sign_ups.views import SignUp, SignUpVerification, SignUpVerifications
from hallporter.features.strategies.strategy import Identifier, OfIdentifier, Shown
from hallporter.features.visits import views as visit_views

_PENDING = "missing_requirements"


async def sign_up(scope: Scope, row: SignUpRow, proofs: Proofs | None = None) -> SignUp:
    """Return the sign-up that `row` stores; `proofs` spare reads where they are known."""
    if proofs is None:
        proofs = await of_sign_up(scope, row)
    visit = await visit_views.visit(scope, row.external_verification_id)
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


async def pending(scope: Scope, id: SignUpId, known: SignUp | None = None) -> SignUp | None:
    """Return the pending sign-up of a client.

    `known` is the sign-up that the reply holds already. If it is this one, nothing is read.
    """
    if known is not None and known.id == id:
        return known if known.status == _PENDING else None
    row = await store.sign_up_by_id(scope.db, scope.instance.id, id)
    if row is None or machine.status_at(row, scope.now) != _PENDING:
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
    strategy = strategies.named(verification.strategy)
    shown, proved_on = Shown(), None
    if status == "unverified" and isinstance(strategy, OfIdentifier):
        shown = strategy.question(scope, verification, Identifier(given))
    if status == "verified":
        proved_on = await strategy.proved_on(scope, verification.id)
    return SignUpVerification(
        object=strategy.object,
        status=status,
        strategy=verification.strategy,
        attempts=verification.attempts,
        expire_at=verification.expire_at,
        next_action=_next_action(status),
        supported_strategies=attribute.verifications,
        verified_at_client=proved_on or UNSET,
        nonce=shown.nonce or UNSET,
        message=shown.message or UNSET,
        channel=verification.channel or UNSET,
    )


def _next_action(status: str) -> str:
    match status:
        case "verified":
            return ""
        case "unverified":
            return "needs_attempt"
        case _:
            return "needs_prepare"
