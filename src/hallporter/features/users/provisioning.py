"""A server makes a user: everything it gives is checked at once, then stored in one write."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from hallporter.contract import errors, moments
from hallporter.contract.error_collector import ErrorCollector
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import Settings
from hallporter.contract.texts import AHundred, Identifier, Instant, Name, Word
from hallporter.core.clock import MINUTE
from hallporter.features.credentials import intake
from hallporter.features.credentials.intake import GivenCredentials
from hallporter.features.identifications import actions as identification_actions
from hallporter.features.identifications import canonical
from hallporter.features.identifications.rows import IdentificationType
from hallporter.features.users import creation, fields, metadata, store
from hallporter.features.users.creation import NewIdentification, NewUser
from hallporter.features.users.fields import OrganizationsLimit
from hallporter.features.users.metadata import GivenMetadata, Metadata

_ADMIN = "admin"

IdentificationStatus = Literal["verified", "reserved"]


class CreateUser(GivenCredentials, frozen=True, kw_only=True):
    """What a server says of a new user; null means: not given."""

    external_id: Name | None = None
    first_name: Name | None = None
    last_name: Name | None = None
    locale: Word | None = None
    email_address: AHundred[Identifier] = msgspec.field(default_factory=list[Identifier])
    email_address_identification_status: AHundred[IdentificationStatus] = msgspec.field(
        default_factory=list[IdentificationStatus]
    )
    phone_number: AHundred[Identifier] = msgspec.field(default_factory=list[Identifier])
    phone_number_identification_status: AHundred[IdentificationStatus] = msgspec.field(
        default_factory=list[IdentificationStatus]
    )
    web3_wallet: AHundred[Identifier] = msgspec.field(default_factory=list[Identifier])
    username: Identifier | None = None
    skip_password_requirement: bool = False
    public_metadata: Metadata | UnsetType = UNSET
    private_metadata: Metadata | UnsetType = UNSET
    unsafe_metadata: Metadata | UnsetType = UNSET
    delete_self_enabled: bool = True
    legal_accepted_at: Instant | None = None
    skip_legal_checks: bool = False
    skip_user_requirement: bool = False
    create_organization_enabled: bool = True
    create_organizations_limit: OrganizationsLimit | None = None
    created_at: Instant | None = None
    bypass_client_trust: bool = False
    banned: bool = False
    locked: bool = False

    @property
    def metadata(self) -> GivenMetadata:
        """The metadata among it."""
        return GivenMetadata(
            public_metadata=self.public_metadata,
            private_metadata=self.private_metadata,
            unsafe_metadata=self.unsafe_metadata,
        )


async def create_user(scope: Scope, given: CreateUser) -> UserId:
    """Make a user; its identifiers count as verified unless they are to be reserved."""
    collector = ErrorCollector()
    owned = _identifications(scope.instance.settings, given, collector)
    _check_requirements(scope.instance.settings, given, collector)
    await intake.check(scope, given, collector)
    _check_fields(scope, given, collector)
    await _check_identifiers(scope, given, owned, collector)
    collector.raise_any()
    new = NewUser(
        identifications=owned,
        external_id=given.external_id,
        first_name=given.first_name,
        last_name=given.last_name,
        locale=given.locale,
        password_hash=await intake.password_hash(given),
        totp_secret_encrypted=intake.sealed_totp_secret(scope, given),
        backup_code_hashes=intake.backup_code_hashes(scope, given),
        banned=given.banned,
        locked_until=_lock_end(scope) if given.locked else None,
        delete_self_enabled=given.delete_self_enabled,
        create_organization_enabled=given.create_organization_enabled,
        create_organizations_limit=given.create_organizations_limit,
        bypass_client_trust=given.bypass_client_trust,
        legal_accepted_at=_moment(given.legal_accepted_at, "legal_accepted_at"),
        created_at=_moment(given.created_at, "created_at"),
    )
    new = replace(new, **metadata.encoded(given.metadata.fields()))
    async with scope.db.write() as tx:
        return await creation.create(tx, scope, new)


def _identifications(
    settings: Settings, given: CreateUser, collector: ErrorCollector
) -> list[NewIdentification]:
    if given.web3_wallet and not settings.attributes.web3_wallet.enabled:
        collector.add(errors.form.not_enabled(param="web3_wallet"))
    username = [] if given.username is None else [given.username]
    return [
        *_of_type(
            "email_address",
            given.email_address,
            given.email_address_identification_status,
            collector,
        ),
        *_of_type(
            "phone_number", given.phone_number, given.phone_number_identification_status, collector
        ),
        *_of_type("username", username, [], collector),
        *_of_type("web3_wallet", given.web3_wallet, [], collector),
    ]


def _of_type(
    type: IdentificationType,
    identifiers: list[Identifier],
    statuses: list[IdentificationStatus],
    collector: ErrorCollector,
) -> list[NewIdentification]:
    if statuses and len(statuses) != len(identifiers):
        collector.add(errors.form.value_invalid(param=f"{type}_identification_status"))
        return []
    reserved = [status == "reserved" for status in statuses] or [False] * len(identifiers)
    return [
        NewIdentification(type, identifier, None if is_reserved else _ADMIN, is_reserved)
        for identifier, is_reserved in zip(identifiers, reserved, strict=True)
    ]


def _check_requirements(settings: Settings, given: CreateUser, collector: ErrorCollector) -> None:
    attributes = settings.attributes
    has = {
        "email_address": bool(given.email_address),
        "phone_number": bool(given.phone_number),
        "username": given.username is not None,
        "web3_wallet": bool(given.web3_wallet),
        "password": given.has_password or given.skip_password_requirement,
    }
    wanted = {
        "email_address": attributes.email_address.required and not given.skip_user_requirement,
        "phone_number": attributes.phone_number.required and not given.skip_user_requirement,
        "username": attributes.username.required and not given.skip_user_requirement,
        "web3_wallet": attributes.web3_wallet.required and not given.skip_user_requirement,
        "password": attributes.password.required,
    }
    missing = [name for name, is_wanted in wanted.items() if is_wanted and not has[name]]
    if not (given.email_address or given.phone_number or given.username or given.web3_wallet):
        missing = missing or ["email_address"]
    if missing:
        collector.add(errors.user.data_missing(fields=", ".join(missing), param_names=missing))
    if given.skip_password_requirement and not _signs_in_without_password(settings):
        collector.add(errors.form.value_invalid(param="skip_password_requirement"))


def _signs_in_without_password(settings: Settings) -> bool:
    attributes = settings.attributes
    return any(
        each.enabled and each.used_for_first_factor and each.first_factors
        for each in (
            attributes.email_address,
            attributes.phone_number,
            attributes.username,
            attributes.web3_wallet,
        )
    )


def _check_fields(scope: Scope, given: CreateUser, collector: ErrorCollector) -> None:
    with collector.noted():
        fields.check_locale(given.locale)
    with collector.noted():
        metadata.encoded(given.metadata.fields())
    with collector.noted():
        _moment(given.legal_accepted_at, "legal_accepted_at")
    with collector.noted():
        _moment(given.created_at, "created_at")
    if given.locked and not scope.instance.settings.lockout.enabled:
        collector.add(errors.user.lockout_not_enabled())


async def _check_identifiers(
    scope: Scope, given: CreateUser, owned: list[NewIdentification], collector: ErrorCollector
) -> None:
    for each in owned:
        with collector.noted():
            spelled = canonical.of_type(each.type, each.identifier, param=each.type)
            if each.type == "username":
                identification_actions.refuse_extended_username(scope, spelled, param="username")
            await identification_actions.refuse_taken(scope, each.type, spelled, param=each.type)
    if given.external_id is not None and await store.user_id_by_external_id(
        scope.db, scope.instance.id, given.external_id
    ):
        collector.add(creation.external_id_taken())


def _lock_end(scope: Scope) -> int:
    return scope.now + scope.instance.settings.lockout.duration_in_minutes * MINUTE


def _moment(given: str | None, param: str) -> int | None:
    return None if given is None else moments.from_rfc3339(given, param=param)
