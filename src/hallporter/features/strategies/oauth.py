"""Providers: a visit there, an id token that one has given, and what a sign-up has found out."""

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.ids import ClientId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import Settings
from hallporter.core.database import Write
from hallporter.delivery.oauth.identity import Identity
from hallporter.features.clients import store as client_store
from hallporter.features.clients.rows import ClientRow
from hallporter.features.external_accounts import linking
from hallporter.features.external_accounts.linking import Owner
from hallporter.features.strategies.strategy import (
    Attempt,
    Change,
    Known,
    Stranger,
    Strategy,
    Subject,
)
from hallporter.features.verifications.claims import Claim, Verdict
from hallporter.features.verifications.factors import Factor
from hallporter.features.visits import actions as visit_actions
from hallporter.features.visits import connections, id_tokens
from hallporter.features.visits import store as visit_store
from hallporter.features.visits.actions import Begun, Visited
from hallporter.features.visits.external_proofs import ExternalProof
from hallporter.features.visits.rows import ExternalVerificationRow

PREFIX = "oauth_"
_TOKEN = "oauth_token_"
_ONE_TAP = "google_one_tap"


class Providers(Strategy):
    """The accounts of a user at the providers that an instance signs in by."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(PREFIX)
        self._enabled = frozenset(
            strategy
            for strategy, social in settings.social.items()
            if social.enabled and social.authenticatable
        )

    def is_enabled(self, settings: Settings) -> bool:
        """Tell whether there are any."""
        return bool(self._enabled)

    def offered(self, subject: Subject) -> list[Factor]:
        """Offer each provider at which the user has an account."""
        accounts = [] if subject.user is None else subject.user.external_account_rows()
        strategies = dict.fromkeys(each.strategy for each in accounts if each.is_verified)
        return [Factor(strategy=strategy) for strategy in strategies if strategy in self._enabled]


class OAuth(Strategy):
    """An account at a provider, which the browser visits."""

    object = "verification_oauth"
    names_itself = True
    is_visited = True
    """Whether the browser is sent to it."""

    async def prepare(self, scope: Scope, attempt: Attempt) -> Begun:
        """Begin a visit."""
        purpose = attempt.request.purpose
        if purpose not in ("sign_in", "sign_up"):
            raise self.unsupported()
        connection = connections.for_signing_in(scope, self.name)
        is_native = attempt.browser.transport == "native"
        return await visit_actions.begin(
            scope, connection, purpose, attempt.proof, attempt.request, is_native=is_native
        )

    async def known(self, scope: Scope, attempt: Attempt) -> Known | Visited:
        """Send the user to a provider. Only the return shows whose account it is."""
        return await self.prepare(scope, attempt)

    async def stranger(self, scope: Scope, attempt: Attempt) -> Stranger | Begun:
        """Begin a visit."""
        return await self.prepare(scope, attempt)

    async def attempt(self, scope: Scope, attempt: Attempt) -> Claim:
        """Refuse: a visit comes back by a request of its own."""
        raise errors.verification.strategy_invalid(param="strategy")

    @property
    def words(self) -> str:
        """The provider's name."""
        return self.name.removeprefix(PREFIX).replace("_", " ")


class IdToken(OAuth):
    """An id token that a provider gave to a native app; the provider counts as last used."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.last_used = f"{PREFIX}{name.removeprefix(_TOKEN)}"

    async def known(self, scope: Scope, attempt: Attempt) -> Known | Visited:
        """Return the user of the token. Without one, a sign-up can take over the identity."""
        identity = await self._identity(scope, attempt)
        owner = await linking.owner_of(scope, identity)
        if owner is None:
            return self._unknown(scope, attempt, identity)

        async def claim(tx: Write) -> Verdict:
            return await linking.refreshed(tx, scope, identity, owner)

        change = change_of(self.last_used, identity, owner)
        return Known(owner.user_id, claim, self.name, change)

    async def stranger(self, scope: Scope, attempt: Attempt) -> Stranger:
        """Return the token's new identity; raises `external_account_exists` for a known one."""
        identity = await self._identity(scope, attempt)
        if await linking.owner_of(scope, identity) is not None:
            raise linking.exists(scope, self.last_used)
        row = visit_actions.by_token(scope, self.last_used, identity, attempt.request.client_id)

        async def settle(tx: Write) -> None:
            await visit_store.insert_verification(tx, row)

        return Stranger(settle, ExternalProof(row, identity))

    async def _identity(self, scope: Scope, attempt: Attempt) -> Identity:
        return await id_tokens.identity_of(
            scope, self.last_used, attempt.proof.token, self._invalid
        )

    def _invalid(self, provider: str) -> ApiError:
        return errors.oauth.token_invalid(provider=provider, param="token")

    def _unknown(self, scope: Scope, attempt: Attempt, identity: Identity) -> Visited:
        """Return what is stored of an identity without an account."""
        error = linking.missing(scope, self.last_used)
        client_id = attempt.request.client_id
        return Visited(
            visit_actions.by_token(scope, self.last_used, identity, client_id, error=error)
        )


class OneTap(IdToken):
    """Google One Tap.

    For an unknown identity clerk-js expects an error. It then sends the token to the sign-up
    itself.
    """

    object = "verification_google_one_tap"
    is_visited = False

    def __init__(self) -> None:
        super().__init__(_ONE_TAP)
        self.last_used = f"{PREFIX}google"

    async def prepare(self, scope: Scope, attempt: Attempt) -> Begun:
        """Refuse: the button was clicked before."""
        raise errors.verification.strategy_invalid(param="strategy")

    def _invalid(self, provider: str) -> ApiError:
        return errors.oauth.google_one_tap_token_invalid(param="token")

    def _unknown(self, scope: Scope, attempt: Attempt, identity: Identity) -> Visited:
        raise linking.missing(scope, self.last_used)


class Transfer(Strategy):
    """A transfer: a sign-up found an existing user, or a sign-in found a new one."""

    names_itself = True

    async def known(self, scope: Scope, attempt: Attempt) -> Known:
        """Return whose account the visit has shown."""
        row = await _visit_of_sign_up(scope, attempt.client)
        client_id, found = _found_out(scope, attempt.client, row)
        visit, identity = found.verification, found.identity
        owner = await linking.owner_of(scope, identity)
        if owner is None:
            raise linking.missing(scope, found.strategy)

        async def claim(tx: Write) -> Verdict:
            if not await visit_store.transfer_verification(
                tx, scope.instance.id, visit.id, client_id, scope.now
            ):
                return errors.oauth.transfer_invalid()
            await visit_store.forget_identity(tx, scope.instance.id, visit.id)
            await client_store.set_sign_up(tx, scope.instance.id, client_id, None)
            return await linking.refreshed(tx, scope, identity, owner)

        change = change_of(found.strategy, identity, owner)
        return Known(owner.user_id, claim, found.strategy, change)

    async def stranger(self, scope: Scope, attempt: Attempt) -> Stranger:
        """Return whose account the visit has shown."""
        row = await _visit_of_sign_in(scope, attempt.client)
        client_id, found = _found_out(scope, attempt.client, row)

        async def settle(tx: Write) -> None:
            if not await visit_store.transfer_verification(
                tx, scope.instance.id, found.verification.id, client_id, scope.now
            ):
                raise errors.oauth.transfer_invalid()
            await client_store.set_sign_in(tx, scope.instance.id, client_id, None)

        return Stranger(settle, found)


def _found_out(
    scope: Scope, client: ClientRow | None, row: ExternalVerificationRow | None
) -> tuple[ClientId, ExternalProof]:
    """Return the client, and what a visit from it has found out; raises where that is nothing."""
    identity = None if row is None else visit_actions.identity_of(scope, row)
    if client is None or row is None or identity is None:
        raise errors.oauth.transfer_invalid()
    return client.id, ExternalProof(row, identity)


async def _visit_of_sign_up(
    scope: Scope, client: ClientRow | None
) -> ExternalVerificationRow | None:
    id = None if client is None else client.sign_up_id
    return (
        None if id is None else await visit_store.visit_of_sign_up(scope.db, scope.instance.id, id)
    )


async def _visit_of_sign_in(
    scope: Scope, client: ClientRow | None
) -> ExternalVerificationRow | None:
    id = None if client is None else client.sign_in_id
    return (
        None if id is None else await visit_store.visit_of_sign_in(scope.db, scope.instance.id, id)
    )


class Vouched(Strategy):
    """An address that a provider has vouched for."""

    object = "verification_from_oauth"


def change_of(strategy: str, identity: Identity, owner: Owner) -> Change | None:
    """Return the account to be linked, which waits for a second factor; None if it is already."""
    return Change(strategy=strategy, identity=identity) if owner.account is None else None


def by_provider(name: str) -> OAuth | None:
    """Return the strategy called `name`, if it is one of the providers'."""
    if name == _ONE_TAP:
        return OneTap()
    if name.startswith(_TOKEN):
        return IdToken(name)
    return OAuth(name) if name.startswith(PREFIX) else None
