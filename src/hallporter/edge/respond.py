"""One request, from the matched route to the answer."""

from typing import Any

import msgspec

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.api_version import UNDATED, ApiVersion
from hallporter.contract.callers import Caller
from hallporter.contract.scope import Scope
from hallporter.contract.upload import Upload
from hallporter.core import threads
from hallporter.edge import (
    callers,
    causing,
    decode,
    error_replies,
    judging,
    limits,
    pacing,
    reply,
    tenancy,
    uploads,
)
from hallporter.edge.operation import Operation
from hallporter.edge.request import Request, Responder
from hallporter.edge.response import Response
from hallporter.edge.wiring import Wiring
from hallporter.versions import requests

MAX_BODY_BYTES = 2 * 1024 * 1024
# The limit without a secret key. The largest body is a passkey's answer in an escaped form. Anybody
# may hold that much memory per connection, for as long as a slow sender is allowed to take.
MAX_FRONTEND_BODY_BYTES = 256 * 1024


def responder(wiring: Wiring, operation: Operation) -> Responder:
    """Return the function that answers requests for `operation`."""
    resolve = callers.resolver(
        operation.caller, operation.requirement, wiring.resolvers, wiring.requirements
    )
    endpoint = limits.counted(
        wiring.limiter, operation.endpoint, operation.costs, operation.own_user
    )
    takes_fields = operation.query is not None or operation.body is not None
    is_caused = operation.method != "GET" and causing.is_known_of(operation.caller)

    async def respond(request: Request, response: Response) -> None:
        scope = caller = None
        try:
            judged = judging.judge(wiring, operation, request.route)
            instance = judged.instance
            now = wiring.clock.now() + instance.ahead_by
            scope = Scope(wiring.db, wiring.box, now, instance, judged.version, judged.facts)
            response.set_headers(judged.readable)
            if judged.refusal is not None:
                raise judged.refusal
            caller = await resolve(scope, judged.presented)
            if is_caused:
                scope = causing.named(scope, caller)
            arguments = request.route.in_path
            if takes_fields:
                arguments = await _arguments(operation, request, scope.version)
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

    async def paced(request: Request, response: Response, **in_path: str) -> None:
        begun = pacing.now()
        await respond(request, response)
        if _hides_accounts(wiring, request):
            await pacing.until_next(begun)

    return paced


def _hides_accounts(wiring: Wiring, request: Request) -> bool:
    try:
        instance = tenancy.instance_of(wiring, request.head)
    except ApiError:
        # Nobody's accounts: that has been told.
        return False
    return instance.settings.enumeration_protection


def _too_many() -> ApiError:
    return errors.request.too_many(retry_after_seconds=threads.PATIENCE_SECONDS)


async def _arguments(
    operation: Operation,
    request: Request,
    version: ApiVersion,
) -> dict[str, Any]:
    arguments: dict[str, Any] = dict(request.route.in_path)
    if operation.query is not None:
        sent = decode.unlisted(request.route.params)
        arguments["query"] = _decoded(operation, operation.query, sent, version, is_strict=False)
    if operation.body is Upload:
        arguments["given"] = uploads.of(request)
    elif operation.body is not None:
        is_backend = operation.api == "backend"
        most = MAX_BODY_BYTES if is_backend else MAX_FRONTEND_BODY_BYTES
        sent = decode.body_fields(await request.body(most))
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


async def _client_after_error(
    wiring: Wiring, operation: Operation, scope: Scope | None, caller: Caller | None
) -> object:
    if scope is None or caller is None or operation.api != "frontend" or operation.method == "GET":
        return None
    return await wiring.client_of(scope, caller)
