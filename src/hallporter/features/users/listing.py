"""Which users a list holds, and in what order."""

import contextlib
from typing import Annotated

import msgspec

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.error_collector import ErrorCollector
from hallporter.contract.scope import Scope
from hallporter.contract.texts import LONGEST_NAME, AHundred, Id, Identifier, Search, Word
from hallporter.core.database import Where, like_pattern
from hallporter.core.paging import DEFAULT_LIMIT, MAX_LIMIT
from hallporter.features.identifications import canonical
from hallporter.features.identifications.rows import IdentificationType
from hallporter.features.users import store
from hallporter.features.users.rows import UserDetailsRow

_TYPES: tuple[IdentificationType, ...] = (
    "email_address",
    "phone_number",
    "username",
    "web3_wallet",
)
# Solana's; Ethereum's have 42 characters.
_SHORTEST_WALLET = 32
# What a list may be ordered by, by its name on the wire.
_ORDERED: dict[str, IdentificationType] = {
    "email_address": "email_address",
    "phone_number": "phone_number",
    "username": "username",
    "web3wallet": "web3_wallet",
}
_BIGINT = msgspec.Meta(ge=-(2**63), le=2**63 - 1)
Moment = Annotated[int, _BIGINT]
# A name, and before it a `+` or `-`: whether it is wanted.
Signed = Annotated[str, msgspec.Meta(max_length=LONGEST_NAME + 1)]


class UserFilters(msgspec.Struct, frozen=True, kw_only=True):
    """Filters: a user must pass every one that is given."""

    email_address: AHundred[Identifier] = []
    phone_number: AHundred[Identifier] = []
    external_id: AHundred[Signed] = []
    username: AHundred[Identifier] = []
    web3_wallet: AHundred[Identifier] = []
    user_id: AHundred[Signed] = []
    organization_id: AHundred[Signed] = []
    query: Search | None = None
    email_address_query: Search | None = None
    phone_number_query: Search | None = None
    username_query: Search | None = None
    name_query: Search | None = None
    banned: bool | None = None
    last_active_at_before: Moment | None = None
    last_active_at_after: Moment | None = None
    last_active_at_since: Moment | None = None
    created_at_before: Moment | None = None
    created_at_after: Moment | None = None
    last_sign_in_at_before: Moment | None = None
    last_sign_in_at_after: Moment | None = None
    provider: Word | None = None
    provider_user_id: AHundred[Signed] = []


class ListUsers(UserFilters, frozen=True, kw_only=True):
    """Who is meant, in what order, and which part of the list."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)] | None = None
    offset: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    starting_after: Id[str] | None = None
    order_by: AHundred[Word] = []


async def list_users(scope: Scope, query: ListUsers) -> list[UserDetailsRow]:
    """Return one page of users."""
    where = filtered(scope, query)
    # A `+` that was not escaped arrives as a space; of several orders the first counts.
    order = (query.order_by[0] if query.order_by else "-created_at").strip()
    if not order.startswith("+-"):
        order = order.removeprefix("+")
    name = order.removeprefix("-")
    limit = query.limit or DEFAULT_LIMIT
    if query.starting_after is not None:
        await _start_after(scope, query, where, order)
    if name in _ORDERED:
        return await store.list_users_by_identifier(
            scope.db.listing,
            where,
            type=_ORDERED[name],
            is_descending=order.startswith("-"),
            limit=limit,
            offset=query.offset,
        )
    if order not in store.ORDERS:
        raise errors.form.value_invalid(param="order_by")
    first = [] if query.order_by or query.starting_after else await _owners(scope, query, where)
    return await store.list_users(
        scope.db.listing, where, order=order, limit=limit, offset=query.offset, first=first
    )


async def _owners(scope: Scope, query: ListUsers, where: Where) -> list[str]:
    """Return the orders that put the owner of a searched identifier first.

    Servers take the first user of such a list for the owner of an address, but anybody may add an
    address without proving it.
    """
    wanted = {type: _spelled(type, getattr(query, type)) for type in _TYPES}
    for words in (query.query, query.email_address_query, query.phone_number_query):
        # Most searches are for a part; only those for the whole are put in another order.
        whole = (words or "").strip().lower()
        if not _may_be_whole(whole):
            continue
        for type in await store.types_owned(scope.db.listing, scope.instance.id, whole):
            wanted[type].append(whole)
    return [
        store.OWNED[type].format(where.bind(spelled)) for type, spelled in wanted.items() if spelled
    ]


def _may_be_whole(words: str) -> bool:
    """Tell whether words may be an address, a number or a wallet; a username is nobody else's."""
    return "@" in words or words.startswith("+") or len(words) >= _SHORTEST_WALLET


async def _start_after(scope: Scope, query: ListUsers, where: Where, order: str) -> None:
    if order not in store.STARTING_AFTER:
        raise errors.form.conditional_disallowed(param="starting_after", given=f"order_by={order}")
    if query.offset:
        raise errors.form.conditional_disallowed(param="starting_after", given="offset")
    after = await store.created_at_of(scope.db, scope.instance.id, query.starting_after or "")
    if after is None:
        raise errors.form.resource_not_found(param="starting_after")
    created_at = where.bind(after)
    where.add(store.STARTING_AFTER[order].replace("{at}", created_at), query.starting_after)


def filtered(scope: Scope, filters: UserFilters) -> Where:
    """Return the condition that `filters` describe; raises when one cannot be understood."""
    _check(filters)
    where = Where("u.instance_id = $1", scope.instance.id)
    _add_keys(where, filters)
    _add_searches(where, filters)
    for name, condition in store.COMPARED.items():
        value = getattr(filters, name)
        if value is not None:
            where.add(condition, value)
    # Nobody is found by an external account or an organization here.
    wanted_organizations, _ = _signed(filters.organization_id)
    if filters.provider or wanted_organizations:
        where.add("{}::boolean", False)
    return where


def _check(filters: UserFilters) -> None:
    collector = ErrorCollector()
    for given, missing in (("provider", "provider_user_id"), ("provider_user_id", "provider")):
        if getattr(filters, given) and not getattr(filters, missing):
            collector.add(errors.form.conditional_missing(param=missing, given=given))
    collector.raise_any()


def _add_keys(where: Where, filters: UserFilters) -> None:
    for type in _TYPES:
        given = getattr(filters, type)
        if given:
            where.add(store.IDENTIFIED[type], _spelled(type, given))
    for column, given in (("id", filters.user_id), ("external_id", filters.external_id)):
        included, excluded = _signed(given)
        if included:
            where.add(store.INCLUDED[column], included)
        if excluded:
            where.add(store.EXCLUDED[column], excluded)


def _spelled(type: IdentificationType, given: list[str]) -> list[str]:
    """Return identifiers as they are compared; what cannot be one finds nobody."""
    spelled: list[str] = []
    for identifier in given:
        with contextlib.suppress(ApiError):
            spelled.append(canonical.of_type(type, identifier, param=type))
    return spelled


def _signed(given: list[str]) -> tuple[list[str], list[str]]:
    """Return what is to be included and what excluded (`-`); an unescaped `+` is a space."""
    included = [each.lstrip(" +") for each in given if not each.startswith("-")]
    return included, [each[1:] for each in given if each.startswith("-")]


def _add_searches(where: Where, filters: UserFilters) -> None:
    # Identifiers are kept in lower case, so that a plain LIKE, half as dear, compares them.
    for type, condition in store.SEARCHED.items():
        words = getattr(filters, f"{type}_query")
        if words is not None:
            where.add(condition, like_pattern(words.strip().lower()))
    if filters.name_query is not None:
        where.add(store.SEARCHED_NAME, like_pattern(filters.name_query.strip()))
    if filters.query is not None:
        words = filters.query.strip()
        lower = where.bind(like_pattern(words.lower()))
        where.add(store.SEARCHED_ANYWHERE.replace("{lower}", lower), like_pattern(words))
