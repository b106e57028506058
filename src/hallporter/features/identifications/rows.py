"""How identifications are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import IdentificationId, InstanceId, UserId, VerificationId

IdentificationType = Literal["email_address", "phone_number", "username", "web3_wallet"]


class IdentificationRow(msgspec.Struct, frozen=True):
    """A row of `identifications`; `canonical` is what is compared, `identifier` what is shown."""

    id: IdentificationId
    instance_id: InstanceId
    user_id: UserId
    type: IdentificationType
    identifier: str
    canonical: str
    status: Literal["unverified", "reserved", "verified"]
    strategy: str | None
    attempts: int | None
    expire_at: int | None
    created_at: int
    updated_at: int
    verification_id: VerificationId | None
    """The code that was sent last to prove it."""
    reserved_for_second_factor: bool
    default_second_factor: bool
    is_primary: bool
    """Whether this is the user's primary wallet; of the other types the user's own row says it."""

    @property
    def is_verified(self) -> bool:
        """Whether the user proved that this is theirs."""
        return self.status == "verified"

    @property
    def is_owned(self) -> bool:
        """Whether no other user can have it: it is proved, or reserved for the user."""
        return self.status != "unverified"

    @property
    def is_second_factor(self) -> bool:
        """Whether this is a number that a code may be sent to as second factor."""
        return self.reserved_for_second_factor and self.is_verified

    @property
    def safe_identifier(self) -> str:
        """The identifier with enough hidden that a stranger cannot read it."""
        return masked(self.type, self.identifier)


def masked(type: IdentificationType, identifier: str) -> str:
    """Return an identifier with enough hidden that a stranger cannot read it."""
    if type != "email_address":
        return f"{identifier[:2]}***{identifier[-2:]}"
    name, _, domain = identifier.partition("@")
    return f"{name[:1]}***{name[-1:] if len(name) > 2 else ''}@{domain}"
