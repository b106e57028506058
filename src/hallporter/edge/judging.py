"""What the head of a request decides for its operation: instance, version, facts, who may read.

A browser asks again and again with one head. What was decided then holds as long as the instances
are what they were; whether a token is current, a session live or a key known is asked each time.
"""

from collections.abc import Mapping

from hallporter.contract import errors, origins
from hallporter.contract.api_error import ApiError
from hallporter.contract.api_version import ApiVersion
from hallporter.contract.ids import SecretKeyId
from hallporter.contract.instance import Instance
from hallporter.contract.scope import RequestFacts
from hallporter.edge import error_replies, proxies, request_facts, tenancy
from hallporter.edge.operation import Operation
from hallporter.edge.request import Judged, Route
from hallporter.edge.request_head import RequestHead
from hallporter.edge.wiring import Presented, Wiring
from hallporter.versions import catalogue

# Clerk's Python SDK repeats a POST as often as this allows, for an hour.
_MAINTENANCE_SECONDS = 30
_NOBODY: Mapping[bytes, bytes] = {}


def judge(wiring: Wiring, operation: Operation, route: Route) -> Judged:
    """Return what is decided about a request; raises where there is no instance for it."""
    if operation.api == "backend":
        return _of_server(wiring, operation, route)
    generation, known = wiring.directory.generation, route.judged
    if known is not None and known.generation == generation:
        return known
    instance = tenancy.instance_of(wiring, route.head)
    presented = request_facts.presented(route.head, route.query)
    judged = _judged(wiring, operation, route, instance, presented)
    # With the key of a proxy it is looked at again: the key's uses are noted.
    if judged.refusal is None and not proxies.shows_key(route.head):
        route.judged = judged
    return judged


def _of_server(wiring: Wiring, operation: Operation, route: Route) -> Judged:
    instance, secret_key_id = holder_of_secret_key(wiring, route.head)
    known = route.judged
    if (
        known is not None
        and known.instance is instance
        and known.presented.secret_key_id == secret_key_id
    ):
        return known
    judged = _judged(wiring, operation, route, instance, Presented(secret_key_id))
    if judged.refusal is None:
        route.judged = judged
    return judged


def holder_of_secret_key(wiring: Wiring, head: RequestHead) -> tuple[Instance, SecretKeyId]:
    """Return the instance whose secret key a server shows, and which key it is, or raise 401."""
    scheme, _, key = (head.header(b"authorization") or "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise errors.authentication.header_invalid()
    found = wiring.directory.by_secret_key(key.strip())
    if found is None:
        raise errors.authentication.key_invalid()
    return found


def _judged(
    wiring: Wiring, operation: Operation, route: Route, instance: Instance, presented: Presented
) -> Judged:
    head = route.head
    # Servers call the Backend API themselves.
    is_frontend = operation.api == "frontend"
    proxied = proxies.of(wiring.directory, wiring.senders, instance, head) if is_frontend else None
    facts = request_facts.of(head, proxied)
    version = catalogue.requested(
        head.header(b"clerk-api-version"),
        route.query.get("__clerk_api_version"),
        instance.settings.api_version,
        undated_for=(head.header(b"user-agent") or "") if operation.is_undated else None,
    )
    refusal, readable = _readers(operation, instance, facts)
    return Judged(
        generation=wiring.directory.generation,
        instance=instance,
        presented=presented,
        version=version,
        facts=facts,
        readable=readable,
        refusal=refusal or _not_now(operation, instance, version),
    )


def _readers(
    operation: Operation, instance: Instance, facts: RequestFacts
) -> tuple[ApiError | None, Mapping[bytes, bytes]]:
    """Return why a page is refused, and the headers that let one read the answer."""
    if operation.readable_anywhere:
        return None, error_replies.READABLE_ANYWHERE
    if operation.api == "backend" or operation.from_any_page:
        return None, _NOBODY
    try:
        origins.refuse_foreign(instance, facts)
    except ApiError as foreign:
        return foreign, _NOBODY
    return None, error_replies.readable_by(facts.origin)


def _not_now(operation: Operation, instance: Instance, version: ApiVersion) -> ApiError | None:
    if not operation.serves(version):
        return errors.request.not_found()
    goes_on = operation.method == "GET" or operation.in_maintenance
    if instance.settings.maintenance_mode and not goes_on:
        return errors.request.maintenance(retry_after_seconds=_MAINTENANCE_SECONDS)
    return None
