"""What a strategy is: one way to prove who you are, in Clerk's two verbs."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import msgspec

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.callers import Browser
from hallporter.contract.ids import (
    ClientId,
    IdentificationId,
    TrustedDeviceId,
    UserId,
    VerificationId,
)
from hallporter.contract.scope import Scope
from hallporter.contract.settings import AttributeSettings, Settings
from hallporter.contract.texts import Answer, Code, Id, Password, Token, Word
from hallporter.core.database import Write
from hallporter.delivery.oauth.identity import Identity
from hallporter.features.actor_tokens.rows import ActorTokenRow
from hallporter.features.clients.rows import ClientRow
from hallporter.features.credentials.rows import CredentialsRow
from hallporter.features.identifications.rows import IdentificationRow, IdentificationType
from hallporter.features.invitations.rows import InvitationRow
from hallporter.features.messages.kinds import NoticeSlug
from hallporter.features.trusted_devices.rows import ChallengeRow
from hallporter.features.users.rows import UserDetailsRow
from hallporter.features.verifications.claims import Claim
from hallporter.features.verifications.decoys import Decoy
from hallporter.features.verifications.factors import Factor
from hallporter.features.verifications.prepared import Awaited, Prepared, ProofRequest
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.verifications.waiting import not_waited_for
from hallporter.features.visits.actions import VisitFields
from hallporter.features.visits.external_proofs import ExternalProof


class Subject(msgspec.Struct, frozen=True):
    """The user whom a proof is about, with everything they can prove; empty if unknown."""

    user: UserDetailsRow | None = None
    credentials: CredentialsRow | None = None
    verification: VerificationRow | None = None
    """The proof that is under way."""
    identification_id: IdentificationId | None = None
    """By what the user has been named, if that is known."""
    owned: list[IdentificationRow] = []
    """The identifiers that are the user's own: proved, or held for them."""
    has_second_factor: bool = False
    """Whether a first factor alone does not sign the user in."""
    is_kept_out: bool = False
    """Whether the user is banned, or locked now."""


class Proof(VisitFields, frozen=True, kw_only=True):
    """What a request brings to prepare or attempt a verification; each strategy reads its own."""

    password: Password | None = None
    code: Code | None = None
    ticket: Token | None = None
    token: Token | None = None
    email_address_id: Id[IdentificationId] | None = None
    phone_number_id: Id[IdentificationId] | None = None
    channel: Word | None = None
    public_key_credential: Answer | None = None
    web3_wallet_id: Id[IdentificationId] | None = None
    trusted_device_id: Id[TrustedDeviceId] | None = None
    client_data: Annotated[str, msgspec.Meta(max_length=4_096)] | None = None
    signature: Token | None = None
    algorithm: Word | None = None


class GivenProof(Proof, frozen=True, kw_only=True):
    """A proof, and the strategy that it is for."""

    strategy: Word


class Attempt(msgspec.Struct, frozen=True):
    """One attempt: the user, the proof, and what it is for."""

    subject: Subject
    proof: Proof
    request: ProofRequest
    browser: Browser
    client: ClientRow | None = None
    """What the browser has by now."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign-in changes of its user at its end: a new password, or an account to be linked."""

    password_hash: str | None = None
    ends_sessions: bool = False
    strategy: str | None = None
    identity: Identity | None = None


class Named(msgspec.Struct, frozen=True):
    """An identifier with or without a user, as it is shown to the sender of the request."""

    type: IdentificationType
    id: IdentificationId
    safe_identifier: str
    canonical: str


class Known(msgspec.Struct, frozen=True):
    """The user that a proof identifies by itself."""

    user_id: UserId
    claim: Claim
    strategy: str
    change: Change | None = None
    actor_token: ActorTokenRow | None = None
    """A proof that starts an impersonated session."""


class Stranger(msgspec.Struct, frozen=True):
    """Somebody without an account who may sign up: invited, or proved by a provider."""

    settle: Callable[[Write], Awaitable[None]]
    """What to write together with the sign-up; raises if another request was first."""
    external_proof: ExternalProof | None = None
    invitation: InvitationRow | None = None


class Shown(msgspec.Struct, frozen=True):
    """What a reply shows of a pending proof beside its row, such as the message to sign."""

    nonce: str | None = None
    message: str | None = None
    challenge: ChallengeRow | None = None


class Strategy:
    """One way to prove something; never writes an attempt, never sees HTTP, never opens a write.

    What a strategy does otherwise than most it says itself; what is left to this class is refused.
    """

    object = "verification_otp"
    """What its proofs are called on the wire."""
    needs_name = True
    """Whether it needs a known user to be prepared and attempted."""
    is_offered = True
    """Whether users are told of it."""
    comes_with_name = False
    """Whether its proof may come along with the identifier, so that nothing is prepared."""
    names_itself = False
    """Whether its proof identifies the user, so that no identifier is needed."""
    resets_password = False
    needs_client_trust = False
    """Whether it is not enough in a browser that is new to the user, where the instance asks."""
    leaves_user = False
    """Whether what is known of the user is the same after it was proved."""
    proves_presence = False
    """Whether it shows, in the middle of a session, that it is the user who sits there."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.last_used = name
        """What the components mark as used last."""

    def is_enabled(self, settings: Settings) -> bool:
        """Tell whether the instance signs users in by it."""
        return False

    def offered(self, subject: Subject) -> list[Factor]:
        """Return how it is offered to the subject; nothing when it cannot be used."""
        return []

    def offered_to_anybody(self, named: Named | None) -> list[Factor]:
        """Return how it is offered where replies must not reveal whether there is a user."""
        return []

    def confirms_client(self, settings: Settings) -> bool:
        """Tell whether it can be a first factor in this instance."""
        return False

    def satisfies_second(self, settings: Settings) -> bool:
        """Tell whether it proves two factors at once."""
        return False

    def refuse_unfit(self, scope: Scope, browser: Browser) -> None:
        """Raise if this browser may not use it at all."""

    async def prepare(self, scope: Scope, attempt: Attempt) -> Prepared:
        """Make what has to be sent, or to be signed; raises when that is nothing."""
        raise self.unsupported()

    def prepare_decoy(
        self, scope: Scope, identifier: str, proof: Proof, notice: NoticeSlug | None
    ) -> Prepared:
        """Create a decoy for an identifier that must not get a message."""
        raise self.unsupported()

    async def attempt(self, scope: Scope, attempt: Attempt) -> Claim:
        """Judge what is slow to judge and return the rest."""
        raise self.unsupported()

    def awaited(self, subject: Subject) -> VerificationRow:
        """Return the proof that waits for its answer; raises where none does."""
        waiting = subject.verification
        if waiting is None or not waiting.is_by(self.name):
            raise not_waited_for(waiting)
        return waiting

    def is_held(self, subject: Subject) -> bool:
        """Tell whether the subject still has what the pending proof was asked of."""
        return True

    async def attempt_hidden(self, scope: Scope, attempt: Attempt) -> Claim:
        """Judge as `attempt` does, where replies must not reveal whether there is a user."""
        return await self.attempt(scope, attempt)

    async def owner(self, scope: Scope, attempt: Attempt) -> UserId:
        """Return the user whose key made a proof."""
        raise self.unsupported()

    async def known(self, scope: Scope, attempt: Attempt) -> Known | Prepared:
        """Return the user that a proof identifies, or what to prepare if there is none."""
        raise self.unsupported()

    async def stranger(self, scope: Scope, attempt: Attempt) -> Stranger | Prepared:
        """Return who signs up with a proof that says so by itself, or what is to be prepared."""
        raise self.unsupported()

    async def shown(self, scope: Scope, row: VerificationRow, subject: Subject) -> Shown:
        """Return what a reply shows of a pending proof."""
        return Shown()

    async def proved_on(self, scope: Scope, id: VerificationId) -> ClientId | None:
        """Return the client on which it was proved, where that may be another one."""
        return None

    def unsupported(self) -> ApiError:
        """Return that it cannot be used."""
        return errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")

    @property
    def words(self) -> str:
        """How it is called in a message."""
        return self.name.replace("_", " ")


class Identifier(msgspec.Struct, frozen=True):
    """An identifier to prove, in its canonical form. It may belong to nobody yet."""

    value: str
    id: IdentificationId | None = None
    client_id: ClientId | None = None
    """The client that requests it, where the proof is not bound to one otherwise."""


class OfIdentifier(Strategy):
    """A strategy that proves an identifier, be it a user's own already or not."""

    type: IdentificationType
    is_sent = True
    """Whether a message goes to the identifier, which then must not be another user's."""

    async def prepare(self, scope: Scope, attempt: Attempt) -> Awaited:
        """Ask for the identifier that the caller chose, or for the first that is offered."""
        row = self.chosen(attempt.subject, attempt.proof)
        if row is None or not self.is_available(scope.instance.settings):
            raise self.unsupported()
        return self.ask(scope, Identifier(row.canonical, row.id), attempt.proof)

    def offered_to_anybody(self, named: Named | None) -> list[Factor]:
        """Offer the identifier that was given, if a message can be sent to it."""
        if named is None or named.type != self.type or not self.is_sent:
            return []
        return [self.factor(named, primary=True)]

    def factor(self, of: Named | IdentificationRow, *, primary: bool) -> Factor:
        """Return how one identifier is offered."""
        raise self.unsupported()

    def identifiers(self, subject: Subject) -> list[IdentificationRow]:
        """Return the identifiers of a user that it can prove, the preferred ones first."""
        return [each for each in subject.owned if each.type == self.type]

    def chosen(self, subject: Subject, proof: Proof) -> IdentificationRow | None:
        """Return the identifier that a proof names, else the preferred one."""
        return None

    def is_held(self, subject: Subject) -> bool:
        """Tell whether the user still has the identifier, and for this factor.

        One that is taken from its user, perhaps because somebody else reads it, proves nothing
        from then on.
        """
        waiting = subject.verification
        id = None if waiting is None else waiting.identification_id
        return id is None or of_id(self.identifiers(subject), id) is not None

    def is_available(self, settings: Settings) -> bool:
        """Tell whether the instance allows it for what is to be proved."""
        return True

    def proves(self, attribute: AttributeSettings) -> bool:
        """Tell whether the instance verifies identifiers of its type by it."""
        return self.name in attribute.verifications

    def fits(self, identifier: str) -> bool:
        """Tell whether it can prove this identifier of its type."""
        return True

    def prepare_decoy(
        self, scope: Scope, identifier: str, proof: Proof, notice: NoticeSlug | None
    ) -> Awaited:
        """Create a decoy for an identifier that must not get a message."""
        if not self.is_sent:
            raise self.unsupported()
        return Decoy.of(self.ask(scope, Identifier(identifier), proof), notice)

    def ask(self, scope: Scope, of: Identifier, proof: Proof) -> Awaited:
        """Create the message or challenge for an identifier."""
        raise self.unsupported()

    def answer(
        self, scope: Scope, waiting: VerificationRow | None, of: Identifier, proof: Proof
    ) -> Claim:
        """Return what judges the answer and spends it."""
        raise self.unsupported()

    def question(self, scope: Scope, waiting: VerificationRow, of: Identifier) -> Shown:
        """Return what is to be signed."""
        return Shown()


def of_id(rows: list[IdentificationRow], id: IdentificationId | None) -> IdentificationRow | None:
    """Return the identifier with this id."""
    return next((each for each in rows if each.id == id), None)
