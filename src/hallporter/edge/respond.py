"""One request from the matched route to the answer: the only place that catches everything."""

from collections.abc import Awaitable, Callable
from typing import Any

import falcon
import falcon.asgi
import structlog

from hallporter.contract import errors, origins
from hallporter.contract.api_version import UNDATED
from hallporter.contract.instance import Instance
from hallporter.contract.problem import ApiError
from hallporter.contract.scope import Scope
from hallporter.edge import decode, problems, reply, tenancy, visitor
from hallporter.edge.operation import Operation
from hallporter.edge.wiring import Wiring
from hallporter.versions import catalogue

log = structlog.get_logger()

MAX_BODY_BYTES = 4 * 1024 * 1024
Responder = Callable[..., Awaitable[None]]


def responder(wiring: Wiring, operation: Operation) -> Responder:
    """Return the function that Falcon calls for `operation`."""
    is_frontend = operation.api == "frontend"
    resolve = wiring.resolvers[operation.caller]

    async def respond(
        request: falcon.asgi.Request, response: falcon.asgi.Response, **in_path: str
    ) -> None:
        scope = caller = None
        try:
            instance = _instance(wiring, request, is_frontend=is_frontend)
            scope = _scope(wiring, request, instance)
            if is_frontend:
                origins.refuse_foreign(instance, scope.visitor)
                _allow_origin(response, scope.visitor.origin)
            if not operation.serves(scope.version):
                raise errors.request.not_found()
            caller = await resolve(scope, visitor.presented(request))
            arguments = await _arguments(operation, request, in_path)
            answer = await operation.door(scope=scope, caller=caller, **arguments)
            reply.send(response, answer, scope.version)
        except ApiError as refused:
            client = await _client_after_error(wiring, operation, scope, caller)
            _refuse(response, refused, scope, client)
        except Exception:
            _fail(request, response, operation)

    return respond


def _instance(wiring: Wiring, request: falcon.asgi.Request, *, is_frontend: bool) -> Instance:
    if not is_frontend:
        return _instance_of_secret_key(wiring, request)
    slug: str | None = request.scope.get("hallporter.slug")
    found = tenancy.addressed(
        wiring.directory, slug=slug, host=request.netloc, peer_address=request.remote_addr
    )
    if found is None:
        raise errors.request.host_unknown(host=slug or request.netloc)
    return found


def _instance_of_secret_key(wiring: Wiring, request: falcon.asgi.Request) -> Instance:
    scheme, _, key = (request.get_header("authorization") or "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise errors.authentication.header_invalid()
    found = wiring.directory.by_secret_key(key.strip())
    if found is None:
        raise errors.authentication.key_invalid()
    return found


def _scope(wiring: Wiring, request: falcon.asgi.Request, instance: Instance) -> Scope:
    return Scope(
        db=wiring.db,
        box=wiring.box,
        now=wiring.clock.now(),
        instance=instance,
        version=catalogue.requested(
            request.get_header("clerk-api-version"),
            visitor.query_value(request, "__clerk_api_version"),
            instance.settings.api_version,
        ),
        visitor=visitor.of(request, request.scope.get("hallporter.prefix", "")),
    )


async def _arguments(
    operation: Operation, request: falcon.asgi.Request, in_path: dict[str, str]
) -> dict[str, Any]:
    arguments: dict[str, Any] = dict(in_path)
    if operation.query is not None:
        fields = decode.unlisted(request.params)
        arguments["query"] = decode.decode(operation.query, fields, refuse_unknown=False)
    if operation.body is not None:
        fields = decode.body_fields(await _body(request))
        # clerk-js sends fields newer than any document; a server that misspells one must hear it.
        arguments["given"] = decode.decode(
            operation.body, fields, refuse_unknown=operation.api == "backend"
        )
    return arguments


async def _body(request: falcon.asgi.Request) -> bytes:
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise errors.request.body_too_large(limit=MAX_BODY_BYTES)
    body = await request.stream.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise errors.request.body_too_large(limit=MAX_BODY_BYTES)
    return body


async def _client_after_error(
    wiring: Wiring, operation: Operation, scope: Scope | None, caller: object
) -> object:
    if scope is None or caller is None or operation.api != "frontend" or operation.method == "GET":
        return None
    return await wiring.client_of(scope, caller)


def _allow_origin(response: falcon.asgi.Response, origin: str | None) -> None:
    response.append_header("vary", "Origin")
    if origin is None:
        return
    response.set_header("access-control-allow-origin", origin)
    response.set_header("access-control-allow-credentials", "true")
    response.set_header(
        "access-control-expose-headers", "Authorization, Clerk-Db-Jwt, X-Country, Retry-After"
    )


def _refuse(
    response: falcon.asgi.Response, refused: ApiError, scope: Scope | None, client: object
) -> None:
    trace_id = problems.new_trace_id()
    log.info(
        "request refused", trace_id=trace_id, codes=[o.problem.code for o in refused.occurrences]
    )
    body = problems.envelope(refused, trace_id, client)
    response.status = refused.status
    response.content_type = reply.JSON
    response.data = reply.encode(body, UNDATED if scope is None else scope.version)


def _fail(
    request: falcon.asgi.Request, response: falcon.asgi.Response, operation: Operation
) -> None:
    trace_id = problems.new_trace_id()
    log.exception("request failed", trace_id=trace_id, operation=operation.name, path=request.path)
    response.status = 500
    response.content_type = reply.JSON
    response.data = reply.encode(problems.envelope(errors.request.internal(), trace_id), UNDATED)
