"""Users add email addresses, phone numbers and wallets of their own, and take them away."""

from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.callers import InPerson, InSession, Recent, SignedIn
from hallporter.contract.ids import IdentificationId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import AttributeSettings
from hallporter.contract.texts import Code, Url, Word
from hallporter.core.database import Write
from hallporter.features import strategies
from hallporter.features.events import users as user_events
from hallporter.features.identifications import actions as identification_actions
from hallporter.features.identifications import canonical
from hallporter.features.identifications import store as identification_store
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.strategies.strategy import Identifier, OfIdentifier, Proof, Shown
from hallporter.features.users import actions as user_actions
from hallporter.features.users import store as user_store
from hallporter.features.users.rows import UserRow
from hallporter.features.verifications import limits
from hallporter.features.verifications import store as verification_store
from hallporter.features.verifications.claims import Claim
from hallporter.features.verifications.prepared import Awaited, ProofRequest
from hallporter.features.verifications.rows import VerificationRow

Type = Literal["email_address", "phone_number", "web3_wallet"]

# Unproved addresses may belong to other people. Few are allowed, so that nobody is flooded with
# codes.
_MAX_UNVERIFIED = 10
WriteCallback = Callable[[Write, list[IdentificationRow]], Awaitable[None]]
"""What else the write does, given the identifiers that the user then has."""


class PrepareIdentifier(msgspec.Struct, frozen=True, kw_only=True):
    """How to prove it; `redirect_url` is where a link leads."""

    strategy: Word
    redirect_url: Url | None = None
    channel: Word | None = None


class AttemptIdentifier(msgspec.Struct, frozen=True, kw_only=True):
    """The proof."""

    code: Code


class PreparedIdentifier(msgspec.Struct, frozen=True):
    """An identifier with its pending verification, and the message to sign if there is one."""

    row: IdentificationRow
    verification: VerificationRow
    shown: Shown


async def listed(scope: Scope, caller: InSession, type: Type) -> list[IdentificationRow]:
    """Return the user's identifiers of one type, oldest first."""
    owned = await identification_store.identifications_of_user(
        scope.db, scope.instance.id, caller.user_id
    )
    return [each for each in owned if each.type == type]


async def get(
    scope: Scope, caller: InSession, type: Type, id: IdentificationId
) -> IdentificationRow:
    """Return one of the user's identifiers; raises 404 for anybody else's."""
    return own(await listed(scope, caller, type), id)


async def create(
    scope: Scope,
    caller: InSession[Recent],
    type: Type,
    given: str,
    *,
    is_second_factor: bool = False,
) -> IdentificationRow:
    """Give the user an identifier, which counts for nothing until it is proved."""
    refuse_immutable(scope, type)
    enabled(scope, type)
    if is_second_factor:
        refuse_no_second_factor(scope, type)
    spelled = canonical.of_type(type, given, param=type)
    if type == "email_address":
        await identification_actions.refuse_subaddress(scope, spelled, param=type)
    await identification_actions.refuse_claimed(scope, type, spelled, param=type)
    row = identification_actions.new_identification(
        scope, caller.user_id, type, given, verified_by=None, param=type
    )
    row = replace(row, reserved_for_second_factor=is_second_factor)
    async with scope.db.write() as tx:
        user, owned = await locked(tx, scope, caller)
        if any(each.type == type and each.canonical == spelled for each in owned):
            raise identification_actions.taken(type, param=type)
        if sum(not each.is_owned for each in owned) >= _MAX_UNVERIFIED:
            raise errors.user.too_many_unverified()
        await identification_actions.add(tx, row, param=type)
        await user_store.touch_user(tx, scope.instance.id, user.id, scope.now)
        user_events.changed(tx, scope, user.id)
    return row


async def prepare(
    scope: Scope,
    caller: InSession[InPerson],
    type: Type,
    id: IdentificationId,
    given: PrepareIdentifier,
) -> PreparedIdentifier:
    """Send a code or a link to the identifier, or ask a wallet; a new one kills the old one."""
    row = await get(scope, caller, type, id)
    strategy = strategies.of_identifier(given.strategy)
    is_used = strategy.proves(enabled(scope, type))
    if strategy.type != type or not is_used or not strategy.fits(row.canonical):
        raise errors.verification.strategy_invalid(param="strategy")
    refuse_verified(row)
    prepared = await _made(scope, caller, row, strategy, given)
    await limits.spend(scope, prepared, regarding=id)
    client_id = caller.browser.credential.client_id
    async with scope.db.write() as tx:
        _, owned = await locked(tx, scope, caller)
        refuse_verified(own(owned, id))
        await prepared.send(
            tx, scope, ProofRequest(id, client_id, caller.user_id, id, "own_address")
        )
        row = replace(
            row,
            strategy=given.strategy,
            attempts=0,
            expire_at=prepared.verification.expire_at,
            updated_at=scope.now,
            verification_id=prepared.verification.id,
        )
        await identification_store.update_verification(tx, row)
        user_events.changed(tx, scope, row.user_id)
    of = Identifier(row.canonical, id, client_id)
    shown = strategy.question(scope, prepared.verification, of)
    return PreparedIdentifier(row, prepared.verification, shown)


async def _made(
    scope: Scope,
    caller: InSession,
    row: IdentificationRow,
    strategy: OfIdentifier,
    given: PrepareIdentifier,
) -> Awaited:
    address = row.canonical
    proof = Proof(redirect_url=given.redirect_url, channel=given.channel)
    if strategy.is_sent and await identification_actions.is_hidden_from(
        scope, caller.user_id, row.type, address
    ):
        return strategy.prepare_decoy(scope, address, proof, None)
    return strategy.ask(scope, Identifier(address, row.id), proof)


async def attempt(
    scope: Scope,
    caller: InSession[InPerson],
    type: Type,
    id: IdentificationId,
    proof: Proof,
    then: WriteCallback | None = None,
) -> IdentificationRow:
    """Prove the identifier by a code or a signature; the first proved one becomes primary.

    A code is judged as a code even if a link is pending.
    """
    row, waiting = await under_way(scope, caller, type, id)
    strategy = strategies.answered_by(waiting, type)
    of = Identifier(row.canonical, id, caller.browser.credential.client_id)
    claim = strategy.answer(scope, waiting, of, proof)
    return await judge(scope, caller, row, claim, then)


async def under_way(
    scope: Scope, caller: InSession[InPerson], type: Type, id: IdentificationId
) -> tuple[IdentificationRow, VerificationRow | None]:
    """Return an identifier that is not proved yet, and what is under way to do so."""
    user_actions.refuse_locked(
        scope, await user_store.user_by_id(scope.db, scope.instance.id, caller.user_id)
    )
    row = await get(scope, caller, type, id)
    refuse_verified(row)
    if row.verification_id is None:
        raise errors.verification.missing()
    return row, await verification_store.verification_by_id(
        scope.db, scope.instance.id, row.verification_id
    )


async def judge(
    scope: Scope,
    caller: InSession[InPerson],
    row: IdentificationRow,
    claim: Claim,
    then: WriteCallback | None = None,
) -> IdentificationRow:
    """Prove an identifier by `claim`, whose failure counts as a wrong guess anywhere does."""
    async with scope.db.write() as tx:
        user, owned = await locked(tx, scope, caller)
        row = own(owned, row.id)
        wrong = await claim(tx)
        if wrong is None:
            row = await _proved(tx, scope, user, owned, row)
            if then is not None:
                await then(tx, [row if each.id == row.id else each for each in owned])
            return row
        wrong = await _noted(tx, scope, row, wrong)
    # The attempt is recorded before its error is raised, even if the reply gets lost.
    raise wrong


async def prove(scope: Scope, row: IdentificationRow, claim: Claim) -> None:
    """Prove an identifier by spending `claim`, and raise its error."""
    async with scope.db.write() as tx:
        user, owned = await user_actions.lock_with_identifications(tx, scope, row.user_id)
        wrong = await claim(tx)
        if wrong is not None:
            raise wrong
        await _proved(tx, scope, user, owned, own(owned, row.id))


async def _proved(
    tx: Write,
    scope: Scope,
    user: UserRow,
    owned: list[IdentificationRow],
    row: IdentificationRow,
) -> IdentificationRow:
    row = replace(row, status="verified", attempts=(row.attempts or 0) + 1, updated_at=scope.now)
    if not await identification_store.update_verification(tx, row):
        # Another user has proved the same identifier meanwhile.
        raise identification_actions.taken(row.type, param=row.type)
    await write_primary(tx, scope, user, [row if each.id == row.id else each for each in owned])
    return row


async def _noted(tx: Write, scope: Scope, row: IdentificationRow, wrong: ApiError) -> ApiError:
    row = replace(row, attempts=(row.attempts or 0) + 1)
    await identification_store.update_verification(tx, row)
    user_events.changed(tx, scope, row.user_id)
    return await user_actions.note_failure(tx, scope, row.user_id, wrong)


async def write_primary(
    tx: Write, scope: Scope, user: UserRow, owned: list[IdentificationRow]
) -> None:
    """Store the primary identifiers: the present ones, else the oldest proved ones.

    A number that is reserved for the second factor cannot be primary.
    """
    await user_store.update_user(
        tx,
        replace(
            user,
            primary_email_address_id=_primary(
                owned, "email_address", user.primary_email_address_id
            ),
            primary_phone_number_id=_primary(owned, "phone_number", user.primary_phone_number_id),
            updated_at=scope.now,
        ),
    )
    user_events.changed(tx, scope, user.id)
    current = next((each.id for each in owned if each.is_primary), None)
    wallet = _primary(owned, "web3_wallet", current)
    await identification_store.set_primary_wallet(tx, scope.instance.id, user.id, wallet)


def _primary(
    owned: list[IdentificationRow], type: Type, current: IdentificationId | None
) -> IdentificationId | None:
    eligible = [
        each.id
        for each in owned
        if each.type == type and each.is_owned and not each.reserved_for_second_factor
    ]
    return current if current in eligible else next(iter(eligible), None)


async def delete(
    scope: Scope,
    caller: SignedIn[Recent],
    type: Type,
    id: IdentificationId,
    then: WriteCallback | None = None,
) -> None:
    """Take an identifier away; what the user is recognised by, or the settings ask for, stays."""
    refuse_immutable(scope, type)
    async with scope.db.write() as tx:
        user, owned = await locked(tx, scope, caller)
        row = own([each for each in owned if each.type == type], id)
        left = [each for each in owned if each.id != id]
        if row.is_owned and not suffices(scope, type, left):
            raise errors.user.last_identification()
        await user_actions.take_away(tx, scope, row)
        await write_primary(tx, scope, user, left)
        if then is not None:
            await then(tx, left)


def suffices(scope: Scope, type: Type, left: list[IdentificationRow]) -> bool:
    """Tell whether the identifiers in `left` suffice when one of a type is removed."""
    proved = [each for each in left if each.is_owned and not each.reserved_for_second_factor]
    is_required = getattr(scope.instance.settings.attributes, type).required
    return bool(proved) and (not is_required or any(each.type == type for each in proved))


async def locked(
    tx: Write, scope: Scope, caller: InSession
) -> tuple[UserRow, list[IdentificationRow]]:
    """Lock the user and return them with their identifiers."""
    return await user_actions.lock_with_identifications(tx, scope, caller.user_id)


def own(owned: list[IdentificationRow], id: IdentificationId) -> IdentificationRow:
    """Return the identifier with this id among a user's own; raises 404."""
    row = next((each for each in owned if each.id == id), None)
    if row is None:
        raise errors.user.identification_not_found()
    return row


def refuse_verified(row: IdentificationRow) -> None:
    """Raise when an identifier needs no proof any more."""
    if row.is_verified:
        raise errors.verification.already_verified()


def refuse_immutable(scope: Scope, name: str) -> None:
    """Raise where users do not change this attribute of theirs."""
    attribute: AttributeSettings = getattr(scope.instance.settings.attributes, name)
    if attribute.immutable:
        raise errors.user.immutable(param=name)


def refuse_no_second_factor(scope: Scope, type: Type) -> None:
    """Raise where the instance has no second factor of this type."""
    if not enabled(scope, type).is_second_factor:
        raise errors.form.not_enabled(param="reserved_for_second_factor")


def enabled(scope: Scope, type: Type) -> AttributeSettings:
    """Return the settings of an attribute; raises where the instance does not have it."""
    attribute: AttributeSettings = getattr(scope.instance.settings.attributes, type)
    if not attribute.enabled:
        raise errors.form.not_enabled(param=type)
    return attribute
