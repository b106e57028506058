"""The fields of a sign-up request, in their canonical form."""

from typing import Any

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Identifier, Name, Password, Token, Word
from hallporter.core.secret import Secret
from hallporter.features.credentials import password as credential_password
from hallporter.features.identifications import actions as identification_actions
from hallporter.features.identifications import canonical
from hallporter.features.sign_ups import machine
from hallporter.features.sign_ups.rows import SignUpRow
from hallporter.features.strategies.strategy import Proof
from hallporter.features.users import metadata
from hallporter.features.users.fields import is_locale
from hallporter.features.users.metadata import Metadata
from hallporter.features.visits.actions import VisitFields


class SignUpFields(VisitFields, frozen=True, kw_only=True):
    """What may be given, at the beginning or later; absent leaves as it is."""

    email_address: Identifier | None | UnsetType = UNSET
    phone_number: Identifier | None | UnsetType = UNSET
    username: Identifier | None | UnsetType = UNSET
    web3_wallet: Identifier | None | UnsetType = UNSET
    first_name: Name | None | UnsetType = UNSET
    last_name: Name | None | UnsetType = UNSET
    password: Password | None | UnsetType = UNSET
    unsafe_metadata: Metadata | UnsetType = UNSET
    locale: Word | None | UnsetType = UNSET
    legal_accepted: bool | None | UnsetType = UNSET


class UpdateSignUp(SignUpFields, frozen=True, kw_only=True):
    """More of what is missing, or a provider that is to prove who signs up."""

    strategy: Word | None = None

    @property
    def proof(self) -> Proof:
        """What it brings for its strategy."""
        return Proof(
            redirect_url=self.redirect_url,
            action_complete_redirect_url=self.action_complete_redirect_url,
            oidc_prompt=self.oidc_prompt,
            oidc_login_hint=self.oidc_login_hint,
        )


class CreateSignUp(UpdateSignUp, frozen=True, kw_only=True):
    """What a sign-up may begin with: also a ticket, or an identity that a provider has proved."""

    transfer: bool | None = None
    token: Token | None = None
    ticket: Token | None = None
    channel: Word | None = None

    @property
    def proof(self) -> Proof:
        """What it brings for its strategy."""
        return replace(super().proof, token=self.token, ticket=self.ticket, channel=self.channel)


async def taken_in(scope: Scope, row: SignUpRow, given: SignUpFields) -> SignUpRow:
    """Return `row` with what was given, each field in its canonical form and not taken."""
    changes: dict[str, Any] = {**await _identifiers(scope, given), **_about(given)}
    if isinstance(given.password, Secret):
        _refuse_disabled(scope, "password")
        named = {name: changes.get(name, getattr(row, name)) for name in machine.IDENTIFIERS}
        owner = [each for each in named.values() if each is not None]
        changes["password_hash"] = await credential_password.hash_new(
            scope, given.password, owner=owner
        )
    if given.unsafe_metadata is not UNSET:
        changes |= metadata.encoded({"unsafe_metadata": given.unsafe_metadata})
    if given.legal_accepted is True:
        changes["legal_accepted_at"] = scope.now
    return replace(row, **changes)


async def _identifiers(scope: Scope, given: SignUpFields) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name in machine.IDENTIFIERS:
        value: str | None | UnsetType = getattr(given, name)
        if isinstance(value, str):
            _refuse_disabled(scope, name)
            if name == "username":
                value = identification_actions.chosen_username(scope, value, param=name)
            else:
                value = canonical.of_type(name, value, param=name)
            await identification_actions.refuse_claimed(scope, name, value, param=name)
        if value is not UNSET:
            found[name] = value
    return found


def _about(given: SignUpFields) -> dict[str, str | None]:
    fields = {"first_name": given.first_name, "last_name": given.last_name, "locale": given.locale}
    # The browser sends the language by itself, so an invalid one is not the user's error.
    if isinstance(given.locale, str) and not is_locale(given.locale):
        del fields["locale"]
    return {name: value for name, value in fields.items() if value is not UNSET}


def _refuse_disabled(scope: Scope, name: str) -> None:
    if not machine.attribute(scope.instance.settings, name).enabled:
        raise errors.form.unknown(param=name)
