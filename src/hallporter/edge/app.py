"""The two APIs, made from the operations they serve."""

from collections import defaultdict
from collections.abc import Iterable
from typing import cast

from falcon.routing import CompiledRouter

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError, ErrorKind
from hallporter.contract.api_version import UNDATED
from hallporter.core.database import LISTING_SECONDS, ListTooLongError
from hallporter.core.database_errors import UNREACHABLE, OutcomeUnknownError
from hallporter.edge import error_replies, judging, preflights
from hallporter.edge.asgi import Send
from hallporter.edge.operation import Api, Operation
from hallporter.edge.request import Request, Responder, Route
from hallporter.edge.respond import responder
from hallporter.edge.response import Response
from hallporter.edge.wiring import Wiring


class ApiApp:
    """One API: its routes, and what answers each."""

    def __init__(
        self,
        wiring: Wiring,
        operations: Iterable[Operation],
        api: Api,
        *,
        beside: "ApiApp | None" = None,
    ) -> None:
        """`beside` is the API that servers call at the same port, each with its secret key."""
        self._wiring = wiring
        self._api: Api = api
        self._beside = beside
        self._router = CompiledRouter()
        for path, routes in _by_path(operations, api).items():
            self._router.add_route(path, _Resource(wiring, api, routes), compile=False)

    def find(self, route: Route) -> bool:
        """Find what answers on a route; tell whether that is an operation."""
        found = self._router.find(route.path)
        if found is None:
            route.responder = self._tell_unknown
            return False
        resource, route.in_path = cast("_Resource", found[0]), found[2]
        responder = resource.responders.get(route.method)
        route.responder = responder or self._tell_allowed(resource.allowed)
        return responder is not None

    def knows(self, path: str) -> bool:
        """Tell whether this API has a route for `path`, whatever the method."""
        return self._router.find(path) is not None

    def _tell_allowed(self, allowed: str) -> Responder:
        async def answer(request: Request, response: Response) -> None:
            # What is allowed here (RFC 9110, section 15.5.6).
            response.set_header("allow", allowed)
            self._refuse(request, response, errors.request.method_not_allowed)

        return answer

    async def _tell_unknown(self, request: Request, response: Response) -> None:
        """Answer 401, not 404, where only servers have business, and without their key."""
        if self._beside is None or not self._beside.knows(request.route.path):
            self._refuse(request, response, errors.request.not_found)
            return
        try:
            judging.holder_of_secret_key(self._wiring, request.head)
        except ApiError as refused:
            error_replies.answer(response, refused, UNDATED)

    def _refuse(self, request: Request, response: Response, kind: ErrorKind) -> None:
        if self._api == "frontend":
            preflights.let_own_page_read(self._wiring, request, response)
        error_replies.answer(response, kind(), UNDATED)


async def serve(request: Request, send: Send) -> None:
    """Answer one request."""
    response = Response()
    try:
        await request.route.responder(request, response)
    except Exception as error:
        _tell_failure(request, response, error)
    await response.send(send, is_head=request.route.method == "HEAD")


class _Resource:
    """What is at one path: what answers each method."""

    def __init__(self, wiring: Wiring, api: Api, routes: list[Operation]) -> None:
        self.responders: dict[str, Responder] = {
            each.method: responder(wiring, each) for each in routes
        }
        for each in routes:
            if each.method == "GET":
                self.responders["HEAD"] = _looked_at if each.spends else self.responders["GET"]
        self.allowed = ", ".join(sorted({*self.responders, "OPTIONS"}))
        if api == "frontend":
            is_public = all(each.readable_anywhere for each in routes)
            self.responders["OPTIONS"] = preflights.preflight(wiring, is_public=is_public)
        else:
            self.responders["OPTIONS"] = self._tell_allowed

    async def _tell_allowed(self, _: Request, response: Response) -> None:
        response.set_header("allow", self.allowed)


def _by_path(operations: Iterable[Operation], api: Api) -> dict[str, list[Operation]]:
    routes: dict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        if operation.api == api:
            routes[operation.path].append(operation)
    return routes


async def _looked_at(_: Request, response: Response) -> None:
    """Answer HEAD where GET uses something up: programs look at links before people open them."""
    response.set_header("cache-control", "no-store")


def _tell_failure(request: Request, response: Response, error: Exception) -> None:
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
