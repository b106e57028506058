"""Sign-ins as replies show them. Each strategy adds what is shown of its own proof."""

from msgspec import UNSET

from hallporter.contract.ids import SignInId, VerificationId
from hallporter.contract.scope import Scope
from hallporter.features import strategies
from hallporter.features.sign_ins import client_trust, hiding, machine, store, subjects
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.sign_ins.views import FactorVerification, SignIn, UserData
from hallporter.features.strategies.strategy import Strategy, Subject
from hallporter.features.trusted_devices import views as trusted_device_views
from hallporter.features.users import portraits
from hallporter.features.verifications.factors import Factor
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.visits import views as visit_views
from hallporter.features.visits.views import OAuthVerification

_IDENTIFIERS = ("email_address", "phone_number", "username", "web3_wallet")
_OVER = ("complete", "abandoned")


async def sign_in(scope: Scope, row: SignInRow, subject: Subject | None = None) -> SignIn:
    """Return the sign-in that `row` stores; `subject` spares a read where it is known."""
    if subject is None:
        subject = await subjects.of_sign_in(scope, row)
    settings = scope.instance.settings
    is_hidden = hiding.hides(scope, row)
    user = None if is_hidden else subject.user
    first, second = _factors(scope, row, subject, is_hidden=is_hidden)
    return SignIn(
        id=row.id,
        status=machine.status_at(row, scope.now),
        supported_identifiers=[
            each for each in _IDENTIFIERS if getattr(settings.attributes, each).identifies
        ],
        supported_first_factors=first,
        supported_second_factors=second,
        first_factor_verification=await _first_factor(scope, row, subject),
        second_factor_verification=await _second_factor(scope, row, subject),
        identifier=row.identifier,
        user_data=None
        if user is None
        else UserData(
            first_name=user.first_name,
            last_name=user.last_name,
            image_url=portraits.shown(scope, user),
            has_image=user.profile_image_id is not None,
        ),
        created_session_id=row.created_session_id,
        abandon_at=row.abandon_at,
        client_trust_state=await client_trust.state(scope, row) if settings.client_trust else UNSET,
    )


async def pending(scope: Scope, id: SignInId, known: SignIn | None = None) -> SignIn | None:
    """Return the pending sign-in of a client, which clerk-js loses unless every reply has it.

    `known` is the sign-in that the reply holds already. If it is this one, nothing is read.
    """
    if known is not None and known.id == id:
        return None if known.status in _OVER else known
    row = await store.sign_in_by_id(scope.db, scope.instance.id, id)
    if row is None or machine.status_at(row, scope.now) in _OVER:
        return None
    return await sign_in(scope, row)


def _factors(
    scope: Scope, row: SignInRow, subject: Subject, *, is_hidden: bool
) -> tuple[list[Factor], list[Factor]]:
    """Return by what the user may begin, and what they may show after that."""
    if is_hidden:
        return hiding.factors(scope, row.identifier or ""), []
    ways = strategies.of_instance(scope.instance)
    first = [factor for each in ways.offers for factor in each.offered(subject)]
    has_second = subject.user is not None and (
        subject.has_second_factor or subject.user.backup_code_enabled
    )
    after = ways.second if has_second else []
    if row.status == "needs_client_trust":
        after = ways.trust
    return first, [factor for each in after for factor in each.offered(subject)]


async def _first_factor(
    scope: Scope, row: SignInRow, subject: Subject
) -> FactorVerification | OAuthVerification | None:
    if row.first_factor_strategy is not None:
        strategy = strategies.named(row.first_factor_strategy)
        return await verified(scope, strategy, row.updated_at, row.first_factor_verification_id)
    if row.asks_for_second:
        return None
    if subject.verification is None:
        return await visit_views.visit(scope, row.first_factor_verification_id)
    return await under_way(scope, subject.verification, subject)


async def _second_factor(
    scope: Scope, row: SignInRow, subject: Subject
) -> FactorVerification | None:
    if row.second_factor_strategy is not None:
        strategy = strategies.named(row.second_factor_strategy)
        return await verified(scope, strategy, row.updated_at, row.second_factor_verification_id)
    if subject.verification is None or not row.asks_for_second:
        return None
    return await under_way(scope, subject.verification, subject)


async def under_way(scope: Scope, row: VerificationRow, subject: Subject) -> FactorVerification:
    """Return how a proof is shown that is waited for, with what a device is to answer."""
    strategy = strategies.named(row.strategy)
    shown = await strategy.shown(scope, row, subject)
    challenge = shown.challenge
    return FactorVerification(
        object=strategy.object,
        status=row.status_at(scope.now),
        strategy=row.strategy,
        attempts=row.attempts,
        expire_at=row.expire_at,
        verified_at_client=UNSET,
        channel=row.channel or UNSET,
        nonce=shown.nonce or UNSET,
        message=shown.message or UNSET,
        trusted_device_challenge=UNSET
        if challenge is None
        else trusted_device_views.challenge(challenge),
    )


async def verified(
    scope: Scope, strategy: Strategy, at: int, proof: VerificationId | None = None
) -> FactorVerification:
    """Return how a factor is shown that was proved at `at`, by a link on some client perhaps."""
    proved_on = None if proof is None else await strategy.proved_on(scope, proof)
    return FactorVerification(
        object=strategy.object,
        status="verified",
        strategy=strategy.name,
        attempts=None,
        expire_at=at,
        verified_at_client=proved_on or UNSET,
        channel=UNSET,
        nonce=UNSET,
        message=UNSET,
    )
