"""Create, change and delete JWT templates. The instance's revision notifies every process."""

import re
from functools import partial
from typing import Annotated, Any

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors, ids
from hallporter.contract.error_collector import ErrorCollector
from hallporter.contract.ids import JwtTemplateId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Token, Word, bytes_at_most
from hallporter.core import threads
from hallporter.features.instances import store as instance_store
from hallporter.features.jwt_templates import store
from hallporter.features.jwt_templates.rows import JwtTemplateRow
from hallporter.tokens import claims_template, own_keys
from hallporter.tokens.reserved import RESERVED
from hallporter.tokens.shortcodes import SHORTCODES

# Every one is compiled in every process whenever the instance changes.
MAX_TEMPLATES = 100
MAX_CLAIMS_BYTES = 8 * 1024
_DEFAULT_LIFETIME = 60
_DEFAULT_CLOCK_SKEW = 5
_INSTANCE_ALGORITHM = "RS256"
# It stands in paths.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:@-]*")


class GivenTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A template as the Backend API takes it. Times are in seconds; null means absent."""

    name: Annotated[str, msgspec.Meta(max_length=255)]
    claims: Annotated[dict[str, Any], bytes_at_most(MAX_CLAIMS_BYTES)]
    lifetime: Annotated[int, msgspec.Meta(ge=30, le=315_360_000)] | None = None
    allowed_clock_skew: Annotated[int, msgspec.Meta(ge=0, le=300)] | None = None
    custom_signing_key: bool | None = None
    signing_algorithm: Word | None = None
    signing_key: Token | None = None


class _Signing(msgspec.Struct, frozen=True):
    signing_algorithm: str
    signing_key_encrypted: str | None


async def create_template(scope: Scope, given: GivenTemplate) -> JwtTemplateRow:
    """Make a template."""
    signing = await _checked(scope, given) or _Signing(_INSTANCE_ALGORITHM, None)
    row = JwtTemplateRow(
        id=ids.JWT_TEMPLATE.new(scope.now),
        instance_id=scope.instance.id,
        name=given.name,
        claims=_raw(given.claims),
        lifetime=_DEFAULT_LIFETIME if given.lifetime is None else given.lifetime,
        allowed_clock_skew=_DEFAULT_CLOCK_SKEW
        if given.allowed_clock_skew is None
        else given.allowed_clock_skew,
        signing_algorithm=signing.signing_algorithm,
        signing_key_encrypted=signing.signing_key_encrypted,
        created_at=scope.now,
        updated_at=scope.now,
    )
    async with scope.db.write() as tx:
        # Also lets one writer in at a time, so that the count is right.
        await instance_store.raise_revision(tx, scope.instance.id)
        if await store.template_count(tx, scope.instance.id) >= MAX_TEMPLATES:
            raise errors.jwt_template.too_many(max=MAX_TEMPLATES)
        if not await store.insert_template(tx, row):
            raise errors.form.identifier_exists(param="name", kind="name")
    return row


async def update_template(scope: Scope, id: JwtTemplateId, given: GivenTemplate) -> JwtTemplateRow:
    """Change a template; what is absent beside name and claims stays as it is."""
    signing = await _checked(scope, given)
    async with scope.db.write() as tx:
        await instance_store.raise_revision(tx, scope.instance.id)
        row = await store.template_by_id(tx, scope.instance.id, id)
        if row is None:
            raise _unknown(id)
        row = replace(
            row,
            name=given.name,
            claims=_raw(given.claims),
            lifetime=row.lifetime if given.lifetime is None else given.lifetime,
            allowed_clock_skew=row.allowed_clock_skew
            if given.allowed_clock_skew is None
            else given.allowed_clock_skew,
            updated_at=scope.now,
        )
        if signing is not None:
            row = replace(row, **msgspec.structs.asdict(signing))
        if not await store.update_template(tx, row):
            raise errors.form.identifier_exists(param="name", kind="name")
    return row


async def delete_template(scope: Scope, id: JwtTemplateId) -> None:
    """Delete a template."""
    async with scope.db.write() as tx:
        await instance_store.raise_revision(tx, scope.instance.id)
        if not await store.delete_template(tx, scope.instance.id, id):
            raise _unknown(id)


async def get(scope: Scope, id: JwtTemplateId) -> JwtTemplateRow:
    """Return a template or raise 404."""
    row = await store.template_by_id(scope.db, scope.instance.id, id)
    if row is None:
        raise _unknown(id)
    return row


def _unknown(id: JwtTemplateId) -> Exception:
    return errors.jwt_template.not_found(attribute="id", value=id)


def _raw(claims: dict[str, Any]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(claims))


async def _checked(scope: Scope, given: GivenTemplate) -> _Signing | None:
    """Refuse everything that is wrong at once; return how to sign, None to leave it as it is."""
    collector = ErrorCollector()
    signing = None
    with collector.noted():
        if _NAME.fullmatch(given.name) is None:
            raise errors.form.format_invalid(param="name")
    for name in sorted(RESERVED.intersection(given.claims)):
        collector.add(errors.jwt_template.reserved_claim(param="claims", claim=name))
    with collector.noted():
        _refuse_unusable(given.claims)
    with collector.noted():
        signing = await _signing(scope, given)
    collector.raise_any()
    return signing


def _refuse_unusable(claims: dict[str, Any]) -> None:
    if len(msgspec.json.encode(claims)) > MAX_CLAIMS_BYTES:
        raise errors.form.allowed_size_exceeded(param="claims", max=MAX_CLAIMS_BYTES)
    try:
        claims_template.compiled(claims, SHORTCODES)
    except claims_template.MalformedTemplateError as error:
        raise errors.form.format_invalid(param="claims") from error


async def _signing(scope: Scope, given: GivenTemplate) -> _Signing | None:
    algorithm, key = given.signing_algorithm, given.signing_key
    if not given.custom_signing_key:
        # Or the token would be signed with another key than its maker believes.
        if key is not None or algorithm not in (None, _INSTANCE_ALGORITHM):
            named = "signing_algorithm" if key is None else "signing_key"
            raise errors.form.conditional_missing(param="custom_signing_key", given=named)
        return None if given.custom_signing_key is None else _Signing(_INSTANCE_ALGORITHM, None)
    if algorithm is None:
        raise errors.form.conditional_missing(param="signing_algorithm", given="custom_signing_key")
    if key is None:
        raise errors.form.conditional_missing(param="signing_key", given="custom_signing_key")
    if algorithm not in own_keys.ALGORITHMS:
        raise errors.form.value_invalid(param="signing_algorithm")
    try:
        await threads.KEYS.do("judging a key", partial(own_keys.refuse_unfit, algorithm, key))
    except own_keys.KeyRefusedError as error:
        raise errors.form.value_invalid(param="signing_key") from error
    return _Signing(algorithm, scope.box.encrypt(key.reveal()))
