"""How listed identifiers are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import InstanceId, InvitationId, ListedIdentifierId

ListName = Literal["allow", "block"]
ListedType = Literal["email_address", "phone_number", "web3_wallet"]


class ListedIdentifierRow(msgspec.Struct, frozen=True):
    """A row of `listed_identifiers`: an address, `*@` and a domain, a number, digits and `*`,
    or a wallet."""

    id: ListedIdentifierId
    instance_id: InstanceId
    list: ListName
    identifier: str
    type: ListedType
    invitation_id: InvitationId | None
    created_at: int
    updated_at: int
