"""The two APIs as Falcon applications, made from the operations they serve."""

from collections import defaultdict
from collections.abc import Iterable, MutableMapping
from typing import Any, cast

import falcon
import falcon.asgi
from falcon.routing import CompiledRouter

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError, ErrorKind
from hallporter.contract.api_version import UNDATED
from hallporter.core.database import LISTING_SECONDS, ListTooLongError
from hallporter.core.database_errors import UNREACHABLE, OutcomeUnknownError
from hallporter.edge import error_replies, preflights, request_head, respond
from hallporter.edge.operation import Api, Operation
from hallporter.edge.respond import responder
from hallporter.edge.wiring import Wiring


class ApiApp:
    """One API: its routes, and the ASGI application behind them."""

    def __init__(
        self,
        wiring: Wiring,
        operations: Iterable[Operation],
        api: Api,
        *,
        beside: "ApiApp | None" = None,
    ) -> None:
        """`beside` is the API that servers call at the same port, each with its secret key."""
        self._router = CompiledRouter()
        self._asgi: falcon.asgi.App[Any, Any] = falcon.asgi.App(router=self._router)
        self._asgi.req_options.keep_blank_qs_values = True
        for path, routes in _by_path(operations, api).items():
            self._asgi.add_route(path, _resource(wiring, api, routes), compile=False)
        # The later handler is asked first: the one place that catches everything comes first here.
        self._asgi.add_error_handler(Exception, _tell_failure)
        for error, kind in _UNROUTED.items():
            self._asgi.add_error_handler(error, _answer_with(wiring, api, kind))
        if beside is not None:
            self._asgi.add_error_handler(falcon.HTTPRouteNotFound, _tell_apart(wiring, beside))

    async def serve(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Serve one request as an ASGI application."""
        await self._asgi(cast("dict[str, Any]", scope), receive, send)

    def knows(self, path: str) -> bool:
        """Tell whether this API has a route for `path`, whatever the method."""
        return self._router.find(path) is not None


def _by_path(operations: Iterable[Operation], api: Api) -> dict[str, list[Operation]]:
    routes: dict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        if operation.api == api:
            routes[operation.path].append(operation)
    return routes


def _resource(wiring: Wiring, api: Api, routes: list[Operation]) -> object:
    responders = {f"on_{each.method.lower()}": responder(wiring, each) for each in routes}
    for each in routes:
        if each.method == "GET":
            # uvicorn leaves the body out (RFC 9110, section 9.3.2).
            responders["on_head"] = _looked_at if each.spends else responders["on_get"]
    if api == "frontend":
        is_public = all(each.readable_anywhere for each in routes)
        responders["on_options"] = preflights.preflight(wiring, is_public=is_public)
    return type("Resource", (), {name: staticmethod(do) for name, do in responders.items()})()


async def _looked_at(
    _request: falcon.asgi.Request, response: falcon.asgi.Response, **_in_path: str
) -> None:
    """Answer HEAD where GET uses something up: programs look at links before people open them."""
    response.status = 200
    response.set_header("cache-control", "no-store")


# What Falcon raises before an endpoint is found or its request readable.
_UNROUTED: dict[type[falcon.HTTPError], ErrorKind] = {
    falcon.HTTPError: errors.request.body_invalid,
    falcon.HTTPMethodNotAllowed: errors.request.method_not_allowed,
    falcon.HTTPRouteNotFound: errors.request.not_found,
}


def _answer_with(wiring: Wiring, api: Api, kind: ErrorKind) -> Any:
    async def tell(
        request: falcon.asgi.Request,
        response: falcon.asgi.Response,
        error: falcon.HTTPError,
        _params: dict[str, Any],
    ) -> None:
        if api == "frontend":
            preflights.let_own_page_read(wiring, request, response)
        if isinstance(error, falcon.HTTPMethodNotAllowed) and error.headers:
            # What is allowed here (RFC 9110, section 15.5.6).
            response.set_headers(error.headers)
        error_replies.answer(response, kind(), UNDATED)

    return tell


def _tell_apart(wiring: Wiring, beside: ApiApp) -> Any:
    """Return what answers 401, not 404, where only servers have business, and without their key."""
    tell_unrouted = _answer_with(wiring, "frontend", errors.request.not_found)

    async def tell(
        request: falcon.asgi.Request,
        response: falcon.asgi.Response,
        error: falcon.HTTPError,
        params: dict[str, Any],
    ) -> None:
        if not beside.knows(request.path):
            await tell_unrouted(request, response, error, params)
            return
        try:
            respond.holder_of_secret_key(wiring, request_head.of(request.scope))
        except ApiError as refused:
            error_replies.answer(response, refused, UNDATED)

    return tell


async def _tell_failure(
    request: falcon.asgi.Request,
    response: falcon.asgi.Response,
    error: Exception,
    _params: dict[str, Any],
) -> None:
    if isinstance(error, OutcomeUnknownError):
        error_replies.answer_unknown(response, error)
    elif isinstance(error, UNREACHABLE):
        error_replies.answer_away(response, error)
    elif isinstance(error, ListTooLongError):
        error_replies.answer(
            response, errors.request.list_too_long(retry_after_seconds=LISTING_SECONDS), UNDATED
        )
    else:
        error_replies.answer_bug(request, response)
