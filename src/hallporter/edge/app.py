"""The two APIs as Falcon applications, made from the operations they serve."""

from collections import defaultdict
from collections.abc import Iterable, MutableMapping
from typing import Any, cast

import falcon
import falcon.asgi
from falcon.routing import CompiledRouter

from hallporter.contract import errors
from hallporter.contract.api_version import UNDATED
from hallporter.contract.problem import Problem
from hallporter.edge import problems, reply
from hallporter.edge.operation import Api, Operation
from hallporter.edge.respond import responder
from hallporter.edge.wiring import Wiring


class ApiApp:
    """One API: its routes, and the ASGI application behind them."""

    def __init__(self, wiring: Wiring, operations: Iterable[Operation], api: Api) -> None:
        self._router = CompiledRouter()
        self._asgi: falcon.asgi.App[Any, Any] = falcon.asgi.App(router=self._router)
        self._asgi.req_options.keep_blank_qs_values = True
        for path, routes in _by_path(operations, api).items():
            self._asgi.add_route(path, _resource(wiring, routes), compile=False)
        self._asgi.add_error_handler(falcon.HTTPRouteNotFound, _answer(errors.request.not_found))
        self._asgi.add_error_handler(
            falcon.HTTPMethodNotAllowed, _answer(errors.request.method_not_allowed)
        )
        self._asgi.add_error_handler(falcon.HTTPError, _answer(errors.request.body_invalid))

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


def _resource(wiring: Wiring, routes: list[Operation]) -> object:
    responders = {f"on_{each.method.lower()}": responder(wiring, each) for each in routes}
    return type("Resource", (), {name: staticmethod(do) for name, do in responders.items()})()


def _answer(problem: Problem) -> Any:
    async def answer(
        _request: falcon.asgi.Request,
        response: falcon.asgi.Response,
        _error: falcon.HTTPError,
        _params: dict[str, Any],
    ) -> None:
        response.status = problem.status
        response.content_type = reply.JSON
        response.data = reply.encode(problems.envelope(problem(), problems.new_trace_id()), UNDATED)

    return answer
