"""Signing up: gather what the instance wants, prove it, become a user with a session."""

from collections.abc import Awaitable, Callable

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors, ids
from hallporter.contract.api_error import ApiError
from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import ClientId, ExternalVerificationId, SignUpId
from hallporter.contract.scope import Scope
from hallporter.core.clock import DAY, MINUTE
from hallporter.core.database import Write
from hallporter.core.secret import Secret
from hallporter.features import strategies
from hallporter.features.clients import actions as client_actions
from hallporter.features.clients import store as client_store
from hallporter.features.clients.actions import HeldClient
from hallporter.features.clients.rows import ClientRow
from hallporter.features.limits import actions as limit_actions
from hallporter.features.sessions import actions as session_actions
from hallporter.features.sessions import identity
from hallporter.features.sessions.actions import NewSession
from hallporter.features.sign_ins.actions import refuse_second_session
from hallporter.features.sign_ups import (
    admission,
    external_proofs,
    field_verification,
    machine,
    store,
    user_creation,
)
from hallporter.features.sign_ups import given as given_fields
from hallporter.features.sign_ups.field_verification import AttemptVerification, PrepareVerification
from hallporter.features.sign_ups.given import CreateSignUp, UpdateSignUp
from hallporter.features.sign_ups.proofs import Proofs, of_sign_up
from hallporter.features.sign_ups.rows import SignUpRow
from hallporter.features.strategies.strategy import Attempt, Stranger, Subject
from hallporter.features.verifications import store as verification_store
from hallporter.features.verifications.claims import Claim
from hallporter.features.verifications.prepared import Prepared, ProofRequest
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.visits.external_proofs import ExternalProof

_ABANDONED_AFTER = DAY
# A user needs few attempts to find an acceptable password. More would occupy the threads that hash.
_PASSWORDS_AT_ONCE, _PER_PASSWORD = 20, MINUTE
# What else is to be written of a visit to a provider.
WriteCallback = Callable[[Write], Awaitable[None]]


class Outcome(msgspec.Struct, frozen=True):
    """A sign-up as it now is, and the client it happens on."""

    sign_up: SignUpRow
    client: HeldClient
    proofs: Proofs | None = None
    """Its proofs, if they were read and are unchanged since."""


async def create_sign_up(scope: Scope, browser: Browser, given: CreateSignUp) -> Outcome:
    """Begin a sign-up, which replaces the client's earlier one.

    It may begin by sending the user to a provider, or with an identity that a provider has proved
    already.
    """
    found = await identity.current_client(scope, browser)
    client = client_actions.held_or_coming(scope, browser, found)
    row = _new_row(scope, client.id)
    begun = await _begun(scope, browser, given, found, row)
    known = begun if isinstance(begun, Stranger) else None
    visit = None if isinstance(begun, Stranger) else begun
    invitation = None if known is None else known.invitation
    external_proof = None if known is None else known.external_proof
    if invitation is None:
        admission.refuse_closed(scope)
    await refuse_second_session(scope, found)
    row = await given_fields.taken_in(scope, admission.invited(row, invitation), given)
    if external_proof is not None:
        row = await external_proofs.filled(scope, row, external_proof)
    await admission.refuse_unwelcome(scope, row)
    proof = admission.proof_of_email(scope, row, invitation)
    prepared = None if known is not None else await field_verification.at_once(scope, row, given)
    async with scope.db.write() as tx:
        held = await client_actions.hold(tx, client)
        if known is not None:
            await known.settle(tx)
        if visit is not None:
            row = await _set_out(tx, scope, row, visit)
        if prepared is not None:
            row = await field_verification.send(tx, scope, row, prepared)
        await store.insert_sign_up(tx, row)
        await client_store.set_sign_up(tx, scope.instance.id, held.id, row.id)
        if visit is not None:
            return Outcome(row, held)
        return await _with_external_proof(
            tx, scope, held, row, external_proof, proofs=Proofs(), proof=proof
        )


async def _begun(
    scope: Scope,
    browser: Browser,
    given: CreateSignUp,
    client: ClientRow | None,
    row: SignUpRow,
) -> Stranger | Prepared | None:
    """Return the proved identity that a request brings, or the visit that it asks for."""
    strategy = strategies.that_names_itself(given)
    if strategy is None:
        return None
    return await strategy.stranger(scope, _attempt(browser, row, given, client))


def _attempt(
    browser: Browser, row: SignUpRow, given: UpdateSignUp, client: ClientRow | None
) -> Attempt:
    return Attempt(Subject(), given.proof, _proof_request(row), browser, client)


async def _set_out(tx: Write, scope: Scope, row: SignUpRow, begun: Prepared) -> SignUpRow:
    """Store a visit, and return the sign-up that waits for its return."""
    await begun.send(tx, scope, _proof_request(row))
    return replace(row, external_verification_id=ExternalVerificationId(begun.verification_id))


def _proof_request(row: SignUpRow) -> ProofRequest:
    return ProofRequest(row.id, row.client_id, row.client_id, row.id, "sign_up")


async def add_external_proof(
    scope: Scope,
    browser: KnownBrowser,
    id: SignUpId,
    external_proof: ExternalProof,
    settle: WriteCallback,
) -> Outcome:
    """Go on with a sign-up whose visit to a provider has come back."""
    own = await _open(scope, browser, id)
    proofs = await of_sign_up(scope, own.sign_up)
    row = await external_proofs.filled(scope, own.sign_up, external_proof)
    await admission.refuse_unwelcome(scope, row)
    async with scope.db.write() as tx:
        await settle(tx)
        return await _with_external_proof(tx, scope, own.client, row, external_proof, proofs=proofs)


async def _with_external_proof(
    tx: Write,
    scope: Scope,
    held: HeldClient,
    row: SignUpRow,
    external_proof: ExternalProof | None,
    *,
    proofs: Proofs,
    proof: VerificationRow | None = None,
) -> Outcome:
    """Go on with what is proved by who has come; `proof` is what their ticket proves."""
    if external_proof is not None:
        proof = external_proofs.proof_of_email(scope, row, external_proof)
    if proof is not None:
        await verification_store.insert_verification(tx, proof, owner=held.id)
        row = replace(row, email_address_verification_id=proof.id)
        proofs = replace(proofs, email_address=proof)
    return await _advance(
        tx,
        scope,
        held,
        row,
        read_at=row.updated_at,
        proofs=proofs,
        external_proof=external_proof,
    )


async def get_own(scope: Scope, browser: KnownBrowser, id: SignUpId) -> Outcome:
    """Return a sign-up of the browser's own client; raises 404 for any other."""
    client: ClientRow | None = await identity.current_client(scope, browser)
    if client is None:
        raise errors.sign_up.not_found()
    row = await store.sign_up_of_client(scope.db, scope.instance.id, id, client.id)
    if row is None:
        raise errors.sign_up.not_found()
    return Outcome(row, HeldClient(client.id, client.token_hash))


async def update_sign_up(
    scope: Scope,
    browser: KnownBrowser,
    id: SignUpId,
    given: UpdateSignUp,
) -> Outcome:
    """Take more of what is missing, or correct what was given; or go on at a provider."""
    own = await _open(scope, browser, id)
    visited = strategies.visited(given.strategy)
    begun = None
    if visited is not None:
        begun = await visited.prepare(scope, _attempt(browser, own.sign_up, given, None))
    external_proof = await external_proofs.of_sign_up(scope, own.sign_up)
    if isinstance(given.password, Secret):
        await _spend_password(scope, id)
    row = await given_fields.taken_in(scope, own.sign_up, given)
    admission.refuse_other_address(own.sign_up, row)
    await admission.refuse_unwelcome(scope, row)
    if row.email_address != own.sign_up.email_address:
        row = replace(row, email_address_verification_id=None)
    if row.phone_number != own.sign_up.phone_number:
        row = replace(row, phone_number_verification_id=None)
    if row.web3_wallet != own.sign_up.web3_wallet:
        row = replace(row, web3_wallet_verification_id=None)
    proofs = await of_sign_up(scope, row)
    async with scope.db.write() as tx:
        if begun is not None:
            row = await _set_out(tx, scope, row, begun)
            row = await _update(tx, scope, row, read_at=own.sign_up.updated_at)
            return Outcome(row, own.client)
        return await _advance(
            tx,
            scope,
            own.client,
            row,
            read_at=own.sign_up.updated_at,
            proofs=proofs,
            external_proof=external_proof,
        )


async def _spend_password(scope: Scope, id: SignUpId) -> None:
    """Count a password that is to be hashed, which takes longest; raises 429 for too many."""
    chosen = limit_actions.spending(
        scope, f"password {id}", at_once=_PASSWORDS_AT_ONCE, interval=_PER_PASSWORD
    )
    await limit_actions.spend(scope.db, scope.instance.id, [chosen], scope.now)


async def prepare_verification(
    scope: Scope, browser: KnownBrowser, id: SignUpId, given: PrepareVerification
) -> Outcome:
    """Send a code or a link, or ask a wallet for its signature; it kills the one before."""
    own = await _open(scope, browser, id)
    sent = await field_verification.made(scope, own.sign_up, given)
    async with scope.db.write() as tx:
        row = await field_verification.send(tx, scope, own.sign_up, sent)
        row = await _update(tx, scope, row, read_at=own.sign_up.updated_at)
    return Outcome(row, own.client)


async def attempt_verification(
    scope: Scope, browser: KnownBrowser, id: SignUpId, given: AttemptVerification
) -> Outcome:
    """Prove a field. If nothing else is missing, create the user and sign them in."""
    own = await _open(scope, browser, id)
    strategy = field_verification.strategy_of(scope, given.strategy)
    proofs = await of_sign_up(scope, own.sign_up)
    claim = field_verification.claim(scope, own.sign_up, strategy, proofs.of(strategy.type), given)
    return await _prove(scope, own, strategy.type, proofs, claim)


async def prove_address(scope: Scope, browser: KnownBrowser, id: SignUpId, claim: Claim) -> Outcome:
    """Continue a sign-up whose address is proved by spending `claim`."""
    own = await _open(scope, browser, id)
    proofs = await of_sign_up(scope, own.sign_up)
    return await _prove(scope, own, "email_address", proofs, claim)


async def _prove(scope: Scope, own: Outcome, field: str, proofs: Proofs, claim: Claim) -> Outcome:
    waiting = proofs.of(field)
    external_proof = await external_proofs.of_sign_up(scope, own.sign_up)
    async with scope.db.write() as tx:
        wrong = await claim(tx)
        if wrong is None and waiting is not None:
            done = replace(waiting, status="verified")
            return await _advance(
                tx,
                scope,
                own.client,
                own.sign_up,
                read_at=own.sign_up.updated_at,
                proofs=replace(proofs, **{field: done}),
                external_proof=external_proof,
            )
    # The attempt is recorded before its error is raised, even if the reply gets lost.
    raise wrong or errors.verification.missing()


async def _open(scope: Scope, browser: KnownBrowser, id: SignUpId) -> Outcome:
    own = await get_own(scope, browser, id)
    status = machine.status_at(own.sign_up, scope.now)
    if status != "missing_requirements":
        raise errors.sign_up.not_allowed_now(status=status)
    return own


async def _advance(
    tx: Write,
    scope: Scope,
    held: HeldClient,
    row: SignUpRow,
    *,
    read_at: int,
    proofs: Proofs,
    external_proof: ExternalProof | None = None,
) -> Outcome:
    """Store where the sign-up stands now; with nothing open, make the user and the session."""
    open_ones = machine.requirements(
        row,
        scope.instance.settings,
        proved=proofs.proved,
        is_proved_elsewhere=external_proof is not None,
    )
    if not open_ones.are_met:
        return Outcome(await _update(tx, scope, row, read_at=read_at), held)
    invitation = await admission.take(tx, scope, row)
    user_id = await user_creation.create_user(tx, scope, row, proofs, invitation)
    if external_proof is not None:
        await external_proofs.settle(tx, scope, external_proof, user_id)
    started = await session_actions.start(
        tx,
        scope,
        held,
        NewSession(
            user_id=user_id,
            strategy=_strategy(proofs.first, external_proof),
            first_factor_verified_at=scope.now,
        ),
    )
    done = replace(
        row, status="complete", created_user_id=user_id, created_session_id=started.session.id
    )
    done = await _update(tx, scope, done, read_at=read_at)
    await store.forget_password(tx, scope.instance.id, row.id)
    return Outcome(done, started.client)


def _strategy(proof: VerificationRow | None, external_proof: ExternalProof | None) -> str:
    if external_proof is not None:
        return external_proof.strategy
    return strategies.PASSWORD.name if proof is None else proof.strategy


async def _update(tx: Write, scope: Scope, row: SignUpRow, *, read_at: int) -> SignUpRow:
    # A moment later than what was read, also within one millisecond: the guard compares times.
    row = replace(row, updated_at=max(scope.now, read_at + 1))
    if not await store.update_sign_up(tx, row, read_at=read_at):
        raise _overtaken()
    return row


def _overtaken() -> ApiError:
    return errors.sign_up.not_allowed_now(status="changed by another request")


def _new_row(scope: Scope, client_id: ClientId) -> SignUpRow:
    return SignUpRow(
        id=ids.SIGN_UP.new(scope.now),
        instance_id=scope.instance.id,
        client_id=client_id,
        status="missing_requirements",
        email_address=None,
        username=None,
        first_name=None,
        last_name=None,
        password_hash=None,
        unsafe_metadata=msgspec.Raw(b"{}"),
        email_address_verification_id=None,
        locale=None,
        legal_accepted_at=None,
        created_session_id=None,
        created_user_id=None,
        abandon_at=scope.now + _ABANDONED_AFTER,
        created_at=scope.now,
        updated_at=scope.now,
        external_verification_id=None,
        phone_number=None,
        phone_number_verification_id=None,
        invitation_id=None,
        web3_wallet=None,
        web3_wallet_verification_id=None,
    )
