"""The lists of who may sign up: addresses, domains, numbers and their beginnings, wallets."""

import re
from collections.abc import Sequence

from hallporter.contract import errors, ids
from hallporter.contract.ids import ListedIdentifierId
from hallporter.contract.scope import Scope
from hallporter.features.identifications import canonical
from hallporter.features.invitations import actions as invitation_actions
from hallporter.features.invitations.actions import CreateInvitation
from hallporter.features.restrictions import store
from hallporter.features.restrictions.rows import ListedIdentifierRow, ListedType, ListName

_DOMAIN = re.compile(r"\*@[^@*]+")
_BEGINNING = re.compile(r"\+[0-9]{1,14}\*")


async def add(
    scope: Scope, name: ListName, given: str, *, notify: bool = False
) -> ListedIdentifierRow:
    """Put an identifier on a list; `notify` invites an address by mail as well."""
    type, identifier = spelled(given)
    kind = ids.ALLOWLIST_IDENTIFIER if name == "allow" else ids.BLOCKLIST_IDENTIFIER
    invitation = None
    if notify and type == "email_address" and "*" not in identifier:
        wanted = CreateInvitation(email_address=identifier, ignore_existing=True)
        invitation = await invitation_actions.prepared(scope, wanted)
    row = ListedIdentifierRow(
        id=kind.new(scope.now),
        instance_id=scope.instance.id,
        list=name,
        identifier=identifier,
        type=type,
        invitation_id=None if invitation is None else invitation.row.id,
        created_at=scope.now,
        updated_at=scope.now,
    )
    async with scope.db.write() as tx:
        if invitation is not None:
            await invitation_actions.keep(tx, scope, invitation)
        if not await store.insert_identifier(tx, row):
            raise errors.invitation.listed_already(param="identifier")
    return row


async def remove(scope: Scope, name: ListName, id: ListedIdentifierId) -> None:
    """Take an identifier off a list."""
    async with scope.db.write() as tx:
        if not await store.delete_identifier(tx, scope.instance.id, name, id):
            raise errors.invitation.identifier_not_found()


def spelled(given: str) -> tuple[ListedType, str]:
    """Return type and spelling of what a list is to hold; raises for anything else."""
    as_identifier = canonical.spelled(given)
    if as_identifier is not None and as_identifier[0] == "web3_wallet":
        return "web3_wallet", as_identifier[1]
    trimmed = given.strip().lower()
    if _BEGINNING.fullmatch(trimmed):
        return "phone_number", trimmed
    if trimmed.startswith("+"):
        return "phone_number", canonical.phone_number(trimmed, param="identifier")
    if _DOMAIN.fullmatch(trimmed):
        # Spelled as an address of that domain is.
        address = canonical.email_address(f"a{trimmed[1:]}", param="identifier")
        return "email_address", f"*{address[1:]}"
    if "*" in trimmed:
        raise errors.form.format_invalid(param="identifier")
    return "email_address", canonical.email_address(trimmed, param="identifier")


async def refuse_unlisted(
    scope: Scope,
    *,
    email_address: str | None,
    phone_number: str | None,
    web3_wallet: str | None,
    is_invited: bool,
) -> None:
    """Raise `not_allowed_access` for an identifier that the lists block.

    An identifier on both lists may sign up, as at Clerk. An invited one counts as allowed.
    """
    if email_address is not None:
        patterns, names = _of_address(email_address), canonical.names_of_mailbox(email_address)
        await _refuse(scope, "email_address", patterns, names, is_invited=is_invited)
    if phone_number is not None:
        patterns = _of_number(phone_number)
        await _refuse(scope, "phone_number", patterns, is_invited=is_invited)
    if web3_wallet is not None:
        await _refuse(scope, "web3_wallet", [web3_wallet], is_invited=is_invited)


async def _refuse(
    scope: Scope,
    param: str,
    patterns: list[str],
    other_names: Sequence[str] = (),
    *,
    is_invited: bool,
) -> None:
    settings = scope.instance.settings.restrictions
    # Who is blocked is so under every name of the mailbox; who is allowed, under the one listed.
    found = await store.matching(scope.db, scope.instance.id, [*patterns, *other_names])
    is_listed = any(each.list == "allow" and each.identifier in patterns for each in found)
    is_allowed = settings.allowlist and (is_listed or is_invited)
    is_blocked = settings.blocklist and any(each.list == "block" for each in found)
    if is_allowed or not (settings.allowlist or is_blocked):
        return
    raise errors.sign_up.not_allowed_access(param=param, kind=param.replace("_", " "))


def _of_address(address: str) -> list[str]:
    return [address, f"*@{address.partition('@')[2]}"]


def _of_number(number: str) -> list[str]:
    return [number, *(f"{number[:length]}*" for length in range(2, len(number) + 1))]
