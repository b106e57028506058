"""Who may sign up: by the mode, by invitation, and by the lists of who may and who may not."""

from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.events import Event
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.core.threads import aside
from hallporter.features.events import outbox
from hallporter.features.identifications import actions as identification_actions
from hallporter.features.invitations import actions as invitation_actions
from hallporter.features.invitations import store as invitation_store
from hallporter.features.invitations.rows import InvitationRow
from hallporter.features.restrictions import actions as restriction_actions
from hallporter.features.sign_ups.rows import SignUpRow
from hallporter.features.verifications import waiting
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.waitlist import store as waitlist_store


def refuse_closed(scope: Scope) -> None:
    """Raise unless anybody may sign up, invited or not."""
    match scope.instance.settings.sign_up.mode:
        case "restricted":
            raise errors.sign_up.restricted()
        case "waitlist":
            raise errors.sign_up.waitlist_only()
        case "public":
            return


def invited(row: SignUpRow, invitation: InvitationRow | None) -> SignUpRow:
    """Return a new sign-up as an invitation begins it."""
    if invitation is None:
        return row
    return replace(row, email_address=invitation.email_address, invitation_id=invitation.id)


def proof_of_email(
    scope: Scope, row: SignUpRow, invitation: InvitationRow | None
) -> VerificationRow | None:
    """Return the proof that lies in the ticket: it was mailed to the address."""
    if invitation is None:
        return None
    if row.email_address != invitation.email_address:
        raise errors.form.value_invalid(param="email_address")
    return waiting.new_verification(
        scope, "ticket", expire_at=invitation.expire_at, status="verified"
    )


def refuse_other_address(was: SignUpRow, row: SignUpRow) -> None:
    """Raise if an invited user gives an address other than the invited one."""
    if was.invitation_id is not None and row.email_address != was.email_address:
        raise errors.form.value_invalid(param="email_address")


async def refuse_unwelcome(scope: Scope, row: SignUpRow) -> None:
    """Raise `not_allowed_access` for identifiers that the instance's lists or settings block."""
    settings = scope.instance.settings.restrictions
    if row.email_address is not None:
        await identification_actions.refuse_subaddress(
            scope, row.email_address, param="email_address"
        )
    is_invited = row.invitation_id is not None
    if settings.block_disposable_email_domains and row.email_address and not is_invited:
        await _refuse_disposable(row.email_address)
    if settings.allowlist or settings.blocklist:
        await restriction_actions.refuse_unlisted(
            scope,
            email_address=row.email_address,
            phone_number=row.phone_number,
            web3_wallet=row.web3_wallet,
            is_invited=is_invited,
        )


async def take(tx: Write, scope: Scope, row: SignUpRow) -> InvitationRow | None:
    """Spend the invitation of a completed sign-up, and complete the user's waitlist entry."""
    if row.email_address is not None and scope.instance.settings.sign_up.mode == "waitlist":
        entry = await waitlist_store.complete(tx, scope.instance.id, row.email_address, scope.now)
        if entry is not None:
            outbox.add(tx, scope, Event.WAITLIST_ENTRY_UPDATED, entry)
    if row.invitation_id is None:
        return None
    found = await invitation_store.invitation_by_id(tx, scope.instance.id, row.invitation_id)
    if found is None:
        raise errors.sign_in.ticket_invalid(param="ticket")
    if not await invitation_store.settle_invitation(
        tx, scope.instance.id, found.id, "accepted", scope.now
    ):
        raise invitation_actions.not_pending(found)
    return found


async def _refuse_disposable(address: str) -> None:
    domain = address.partition("@")[2]
    if await aside("looking for a domain", lambda: _is_disposable(domain)):
        raise errors.sign_up.disposable_blocked(param="email_address")


def _is_disposable(domain: str) -> bool:
    # Loaded with the first sign-up that asks: most instances never do.
    from disposable_email_domains import blocklist

    parts = domain.split(".")
    return any(".".join(parts[number:]) in blocklist for number in range(len(parts)))
