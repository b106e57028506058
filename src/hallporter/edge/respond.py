"""One request, from the matched route to the answer."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import falcon.asgi
import msgspec

from hallporter.contract import errors, origins
from hallporter.contract.api_error import ApiError
from hallporter.contract.api_version import UNDATED, ApiVersion
from hallporter.contract.callers import Caller
from hallporter.contract.ids import SecretKeyId
from hallporter.contract.instance import Instance
from hallporter.contract.scope import Scope
from hallporter.contract.upload import Upload
from hallporter.core import threads
from hallporter.edge import (
    callers,
    causing,
    decode,
    error_replies,
    limits,
    pacing,
    proxies,
    reply,
    request_facts,
    request_head,
    tenancy,
    uploads,
)
from hallporter.edge.operation import Operation
from hallporter.edge.request_head import RequestHead
from hallporter.edge.wiring import Presented, Wiring
from hallporter.versions import catalogue, requests

MAX_BODY_BYTES = 2 * 1024 * 1024
# The limit without a secret key. The largest body is a passkey's answer in an escaped form. Anybody
# may hold that much memory per connection, for as long as a slow sender is allowed to take.
MAX_FRONTEND_BODY_BYTES = 256 * 1024
# Clerk's Python SDK repeats a POST as often as this allows, for an hour.
_MAINTENANCE_SECONDS = 30
Responder = Callable[..., Awaitable[None]]


def responder(wiring: Wiring, operation: Operation) -> Responder:
    """Return the function that Falcon calls for `operation`."""
    is_frontend = operation.api == "frontend"
    resolve = callers.resolver(
        operation.caller, operation.requirement, wiring.resolvers, wiring.requirements
    )
    endpoint = limits.counted(
        wiring.limiter, operation.endpoint, operation.costs, operation.own_user
    )
    takes_fields = operation.query is not None or operation.body is not None
    is_caused = operation.method != "GET" and causing.is_known_of(operation.caller)
    goes_on = operation.method == "GET" or operation.in_maintenance
    is_in_all_versions = not operation.missing_from

    async def respond(
        request: falcon.asgi.Request, response: falcon.asgi.Response, **in_path: str
    ) -> None:
        scope = caller = None
        try:
            head = request_head.of(request.scope)
            query = request_facts.query(request)
            if is_frontend:
                instance = tenancy.instance_of(wiring, head)
                presented = request_facts.presented(head, query)
            else:
                instance, secret_key_id = holder_of_secret_key(wiring, head)
                presented = Presented(secret_key_id)
            scope = _scope(wiring, head, query, instance, operation)
            if operation.readable_anywhere:
                error_replies.let_anybody_read(response)
            elif is_frontend and not operation.from_any_page:
                origins.refuse_foreign(instance, scope.request)
                error_replies.let_page_read(response, scope.request.origin)
            if not (is_in_all_versions or operation.serves(scope.version)):
                raise errors.request.not_found()
            if instance.settings.maintenance_mode and not goes_on:
                raise errors.request.maintenance(retry_after_seconds=_MAINTENANCE_SECONDS)
            caller = await resolve(scope, presented)
            if is_caused:
                scope = causing.named(scope, caller)
            arguments = (
                await _arguments(operation, request, in_path, scope.version)
                if takes_fields
                else in_path
            )
            answer = await endpoint(scope=scope, caller=caller, **arguments)
            if operation.changes_instance:
                await wiring.directory.refresh()
            reply.send(response, answer, scope.version)
        except (ApiError, threads.BusyError) as raised:
            error = _too_many() if isinstance(raised, threads.BusyError) else raised
            client = await _client_after_error(wiring, operation, scope, caller)
            error_replies.answer(response, error, scope.version if scope else UNDATED, client)

    return _paced(wiring, respond) if operation.is_paced else respond


def _paced(wiring: Wiring, respond: Responder) -> Responder:
    """Return `respond`, held to the grid where the instance hides who has an account."""

    async def paced(
        request: falcon.asgi.Request, response: falcon.asgi.Response, **in_path: str
    ) -> None:
        begun = pacing.now()
        await respond(request, response, **in_path)
        if _hides_accounts(wiring, request):
            await pacing.until_next(begun)

    return paced


def _hides_accounts(wiring: Wiring, request: falcon.asgi.Request) -> bool:
    try:
        instance = tenancy.instance_of(wiring, request_head.of(request.scope))
    except ApiError:
        # Nobody's accounts: that has been told.
        return False
    return instance.settings.enumeration_protection


def _too_many() -> ApiError:
    return errors.request.too_many(retry_after_seconds=threads.PATIENCE_SECONDS)


def holder_of_secret_key(wiring: Wiring, head: RequestHead) -> tuple[Instance, SecretKeyId]:
    """Return the instance whose secret key a server shows, and which key it is, or raise 401."""
    scheme, _, key = (head.header(b"authorization") or "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise errors.authentication.header_invalid()
    found = wiring.directory.by_secret_key(key.strip())
    if found is None:
        raise errors.authentication.key_invalid()
    return found


def _scope(
    wiring: Wiring,
    head: RequestHead,
    query: Mapping[str, str],
    instance: Instance,
    operation: Operation,
) -> Scope:
    # Servers call the Backend API themselves.
    proxied = (
        proxies.of(wiring.directory, wiring.senders, instance, head)
        if operation.api == "frontend"
        else None
    )
    return Scope(
        db=wiring.db,
        box=wiring.box,
        now=wiring.clock.now() + instance.ahead_by,
        instance=instance,
        version=catalogue.requested(
            head.header(b"clerk-api-version"),
            query.get("__clerk_api_version"),
            instance.settings.api_version,
            undated_for=(head.header(b"user-agent") or "") if operation.is_undated else None,
        ),
        request=request_facts.of(head, proxied),
    )


async def _arguments(
    operation: Operation,
    request: falcon.asgi.Request,
    in_path: dict[str, str],
    version: ApiVersion,
) -> dict[str, Any]:
    arguments: dict[str, Any] = dict(in_path)
    if operation.query is not None:
        sent = decode.unlisted(request.params)
        arguments["query"] = _decoded(operation, operation.query, sent, version, is_strict=False)
    if operation.body is Upload:
        arguments["given"] = uploads.of(request)
    elif operation.body is not None:
        is_backend = operation.api == "backend"
        most = MAX_BODY_BYTES if is_backend else MAX_FRONTEND_BODY_BYTES
        sent = decode.body_fields(await _body(request, most))
        # clerk-js sends fields newer than any document; a server that misspells one must hear it.
        arguments["given"] = _decoded(
            operation, operation.body, sent, version, is_strict=is_backend
        )
    return arguments


def _decoded(
    operation: Operation,
    shape: type[msgspec.Struct],
    sent: decode.Fields,
    version: ApiVersion,
    *,
    is_strict: bool,
) -> msgspec.Struct:
    # Of most operations no version changed the requests.
    if not operation.changes:
        return decode.decode(shape, sent, refuse_unknown=is_strict)
    fields = requests.upgraded(sent, operation.changes, version)
    gone = requests.gone(fields, operation.changes, version)
    return decode.decode(shape, fields, refuse_unknown=is_strict, gone=gone)


async def _body(request: falcon.asgi.Request, most: int) -> bytes:
    announced = request.content_length or 0
    if announced > most:
        raise errors.request.body_too_large(limit=most)
    body = await request.stream.read(most + 1)
    if len(body) > most:
        raise errors.request.body_too_large(limit=most)
    # To Falcon, who hangs up has sent everything.
    if len(body) < announced:
        raise errors.request.body_incomplete()
    return body


async def _client_after_error(
    wiring: Wiring, operation: Operation, scope: Scope | None, caller: Caller | None
) -> object:
    if scope is None or caller is None or operation.api != "frontend" or operation.method == "GET":
        return None
    return await wiring.client_of(scope, caller)
