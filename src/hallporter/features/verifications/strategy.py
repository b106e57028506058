"""What a strategy is: one way to prove who you are, in Clerk's two verbs."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Protocol

import msgspec

from hallporter.contract.ids import IdentificationId, TrustedDeviceId
from hallporter.contract.problem import ApiError
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Answer, Code, Id, Password, Token, Word
from hallporter.core.database import Write
from hallporter.features.credentials.rows import CredentialsRow
from hallporter.features.external_accounts.visits import VisitFields
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.users.rows import UserDetailsRow
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.rows import VerificationRow


class Subject(msgspec.Struct, frozen=True):
    """Whom a proof is about: nobody known, or a user with what can be proved of them."""

    user: UserDetailsRow | None = None
    credentials: CredentialsRow | None = None
    verification: VerificationRow | None = None
    """The proof that is under way."""
    identification_id: IdentificationId | None = None
    """By what the user has been named, if that is known."""

    @property
    def email_addresses(self) -> list[IdentificationRow]:
        """The addresses that are the user's own: proved, or held for them."""
        owned = [] if self.user is None else self.user.identification_rows()
        return [each for each in owned if each.type == "email_address" and each.is_owned]

    @property
    def phone_numbers(self) -> list[IdentificationRow]:
        """The numbers that are the user's own: proved, or held for them."""
        owned = [] if self.user is None else self.user.identification_rows()
        return [each for each in owned if each.type == "phone_number" and each.is_owned]

    @property
    def web3_wallets(self) -> list[IdentificationRow]:
        """The wallets that are the user's own."""
        owned = [] if self.user is None else self.user.identification_rows()
        return [each for each in owned if each.type == "web3_wallet" and each.is_owned]

    @property
    def has_second_factor(self) -> bool:
        """Whether a first factor alone does not sign the user in."""
        return self.user is not None and self.user.has_second_factor


class Proof(VisitFields, frozen=True, kw_only=True):
    """What a request brings to prepare or attempt a verification; each strategy reads its own."""

    strategy: Word
    password: Password | None = None
    code: Code | None = None
    ticket: Token | None = None
    email_address_id: Id[IdentificationId] | None = None
    phone_number_id: Id[IdentificationId] | None = None
    channel: Word | None = None
    public_key_credential: Answer | None = None
    web3_wallet_id: Id[IdentificationId] | None = None
    trusted_device_id: Id[TrustedDeviceId] | None = None
    client_data: Annotated[str, msgspec.Meta(max_length=4_096)] | None = None
    signature: Token | None = None
    algorithm: Word | None = None


class Factor(msgspec.Struct, frozen=True, omit_defaults=True):
    """A strategy as it is offered to a user."""

    strategy: str
    safe_identifier: str | msgspec.UnsetType = msgspec.UNSET
    email_address_id: IdentificationId | msgspec.UnsetType = msgspec.UNSET
    phone_number_id: IdentificationId | msgspec.UnsetType = msgspec.UNSET
    web3_wallet_id: IdentificationId | msgspec.UnsetType = msgspec.UNSET
    primary: bool | msgspec.UnsetType = msgspec.UNSET
    default: bool | msgspec.UnsetType = msgspec.UNSET


Verdict = ApiError | None
"""None: proved. Otherwise what is wrong: recorded first, then raised."""

Claim = Callable[[Write], Awaitable[Verdict]]
"""The second half of an attempt, run inside the write that records it: whatever must be judged and
spent at once. What is slow has happened before."""


class Strategy(Protocol):
    """One way to prove something; never writes an attempt, never sees HTTP, never opens a write."""

    name: str

    def factors(self, subject: Subject) -> list[Factor]:
        """Return how this strategy is offered to the subject; nothing when it cannot be used."""
        ...

    def prepare(self, scope: Scope, subject: Subject, proof: Proof) -> SentCode:
        """Make what has to be sent; raises when this strategy sends nothing."""
        ...

    async def attempt(self, scope: Scope, subject: Subject, proof: Proof) -> Claim:
        """Judge what is slow to judge and return the rest."""
        ...
