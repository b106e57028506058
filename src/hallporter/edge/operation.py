"""Operations: a typed function, the endpoint, is marked with the route it answers."""

import inspect
import re
from collections.abc import Awaitable, Callable, Iterable
from types import ModuleType
from typing import Any, Literal, TypedDict, TypeVar, Unpack, get_type_hints

import msgspec

from hallporter.contract.api_version import DATED, UNDATED, ApiVersion
from hallporter.contract.callers import Caller, Requirement
from hallporter.edge import callers
from hallporter.edge.limits import Cost, OwnUser
from hallporter.versions import requests
from hallporter.versions.change import RequestChange

Api = Literal["backend", "frontend"]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Awaitable[Any]])

_MARK = "__operation__"


class Options(TypedDict, total=False):
    """The options of an endpoint besides its route, explained at `Operation`."""

    from_any_page: bool
    costs: Cost
    own_user: OwnUser
    readable_anywhere: bool
    spends: bool
    in_maintenance: bool
    changes_instance: bool
    is_paced: bool
    is_undated: bool


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """A catalogue entry: everything the edge needs to call an endpoint."""

    api: Api
    method: str
    path: str
    endpoint: Callable[..., Awaitable[Any]]
    caller: type[Caller]
    requirement: type[Requirement]
    """What is required of the caller, all of which it derives from included."""
    body: type[msgspec.Struct] | None
    query: type[msgspec.Struct] | None
    returns: Any
    changes: tuple[RequestChange, ...]
    """What versions changed about its requests."""
    missing_from: frozenset[ApiVersion]
    """The versions that do not have it."""
    from_any_page: bool = False
    """Whether a page of another site may send this: it must do nothing by itself."""
    costs: Cost | None = None
    """The rate limits of the sender that it counts for."""
    own_user: OwnUser | None = None
    """Finds who pays for it instead, where its sender can pay for nothing any more."""
    readable_anywhere: bool = False
    """Whether a page of any site may read the answer: it holds nothing but what is public."""
    spends: bool = False
    """Whether asking for it uses something up, so that a look at it (HEAD) must not do it."""
    in_maintenance: bool = False
    """Whether an instance under maintenance does it, as it does every GET (Clerk, "Maintenance
    mode"): sessions live and end, and a browser has a client to hold them."""
    changes_instance: bool = False
    """Whether it changes what is kept of instances in memory: the next request here must know."""
    is_paced: bool = False
    """Whether its response time must not reveal who has an account."""
    is_undated: bool = False
    """Whether it answers requests that name no version as the page of March 2021 has it."""

    @property
    def name(self) -> str:
        """The operationId in snake_case."""
        return self.endpoint.__name__

    def serves(self, version: ApiVersion) -> bool:
        """Tell whether this version has the operation."""
        return version not in self.missing_from


class Endpoints:
    """Decorators that mark functions as endpoints of one API; `main` collects them."""

    def __init__(self, api: Api) -> None:
        self._api: Api = api

    def get(self, path: str, **options: Unpack[Options]) -> Callable[[Endpoint], Endpoint]:
        """Answer GET."""
        return self._mark("GET", path, options)

    def post(self, path: str, **options: Unpack[Options]) -> Callable[[Endpoint], Endpoint]:
        """Answer POST."""
        return self._mark("POST", path, options)

    def put(self, path: str, **options: Unpack[Options]) -> Callable[[Endpoint], Endpoint]:
        """Answer PUT."""
        return self._mark("PUT", path, options)

    def patch(self, path: str, **options: Unpack[Options]) -> Callable[[Endpoint], Endpoint]:
        """Answer PATCH."""
        return self._mark("PATCH", path, options)

    def delete(self, path: str, **options: Unpack[Options]) -> Callable[[Endpoint], Endpoint]:
        """Answer DELETE."""
        return self._mark("DELETE", path, options)

    def _mark(self, method: str, path: str, options: Options) -> Callable[[Endpoint], Endpoint]:
        def mark(endpoint: Endpoint) -> Endpoint:
            operation = _described(self._api, method, path, endpoint, options)
            # One endpoint may answer several routes (`PUT` and `POST /v1/client`).
            marked: tuple[Operation, ...] = (*getattr(endpoint, _MARK, ()), operation)
            setattr(endpoint, _MARK, marked)
            return endpoint

        return mark


backend = Endpoints("backend")
frontend = Endpoints("frontend")


def catalogue(modules: Iterable[ModuleType]) -> list[Operation]:
    """Return every operation of the given endpoint modules."""
    return [
        operation
        for module in modules
        for member in vars(module).values()
        if inspect.isfunction(member) and member.__module__ == module.__name__
        for operation in getattr(member, _MARK, ())
    ]


def _described(
    api: Api, method: str, path: str, endpoint: Callable[..., Awaitable[Any]], options: Options
) -> Operation:
    hints = get_type_hints(endpoint)
    in_path = re.findall(r"{(\w+)}", path)
    unknown = set(hints) - {"scope", "caller", "given", "query", "return", *in_path}
    if unknown or "caller" not in hints:
        raise TypeError(
            f"{endpoint.__name__}: an endpoint has a caller and no parameters {unknown}"
        )
    caller, requirement = callers.stated(hints["caller"])
    key = f"{api} {endpoint.__name__}"
    return Operation(
        api=api,
        method=method,
        path=path,
        endpoint=endpoint,
        caller=caller,
        requirement=requirement,
        body=hints.get("given"),
        query=hints.get("query"),
        returns=hints.get("return"),
        changes=requests.of_operation(key),
        missing_from=frozenset(
            each for each in (UNDATED, *DATED) if not requests.is_served(key, each)
        ),
        **options,
    )
