"""How strategies are offered to a user, on the wire."""

import msgspec

from hallporter.contract.ids import IdentificationId


class Factor(msgspec.Struct, frozen=True, omit_defaults=True):
    """A strategy as it is offered to a user."""

    strategy: str
    safe_identifier: str | msgspec.UnsetType = msgspec.UNSET
    email_address_id: IdentificationId | msgspec.UnsetType = msgspec.UNSET
    phone_number_id: IdentificationId | msgspec.UnsetType = msgspec.UNSET
    web3_wallet_id: IdentificationId | msgspec.UnsetType = msgspec.UNSET
    primary: bool | msgspec.UnsetType = msgspec.UNSET
    default: bool | msgspec.UnsetType = msgspec.UNSET
