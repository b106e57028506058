"""What is given of somebody who signs up, in its canonical form."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.features.credentials import password as passwords
from hallporter.features.external_accounts.visits import VisitFields
from hallporter.features.identifications import actions as identifications
from hallporter.features.identifications import canonical
from hallporter.features.sign_ups import machine
from hallporter.features.sign_ups.rows import SignUpRow


class SignUpFields(VisitFields, frozen=True, kw_only=True):
    """What may be given, at the beginning or later; absent leaves as it is."""

    email_address: str | None | UnsetType = UNSET
    phone_number: str | None | UnsetType = UNSET
    username: str | None | UnsetType = UNSET
    web3_wallet: str | None | UnsetType = UNSET
    first_name: str | None | UnsetType = UNSET
    last_name: str | None | UnsetType = UNSET
    password: Secret | None | UnsetType = UNSET
    unsafe_metadata: dict[str, Any] | UnsetType = UNSET
    locale: str | None | UnsetType = UNSET
    legal_accepted: bool | None | UnsetType = UNSET


async def taken_in(scope: Scope, row: SignUpRow, given: SignUpFields) -> SignUpRow:
    """Return `row` with what was given, each field in its canonical form and not taken."""
    changes: dict[str, Any] = {}
    for name in ("email_address", "phone_number", "username", "web3_wallet"):
        value = getattr(given, name)
        if isinstance(value, str):
            _refuse_disabled(scope, name)
            value = canonical.of_type(name, value, param=name)
            if name == "username":
                identifications.refuse_unfit_username(scope, value, param=name)
            await identifications.refuse_claimed(scope, name, value, param=name)
        if value is not UNSET:
            changes[name] = value
    for name in ("first_name", "last_name", "locale"):
        if (value := getattr(given, name)) is not UNSET:
            changes[name] = value
    if isinstance(given.password, Secret):
        _refuse_disabled(scope, "password")
        changes["password_hash"] = await passwords.hash_new(scope, given.password)
    if given.unsafe_metadata is not UNSET:
        changes["unsafe_metadata"] = msgspec.Raw(msgspec.json.encode(given.unsafe_metadata))
    if given.legal_accepted is True:
        changes["legal_accepted_at"] = scope.now
    return replace(row, **changes)


def _refuse_disabled(scope: Scope, name: str) -> None:
    if not machine.attribute(scope.instance.settings, name).enabled:
        raise errors.form.unknown(param=name)
