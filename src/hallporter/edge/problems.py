"""Errors → Clerk's envelope `{"errors": […], "meta": …, "clerk_trace_id": …}`."""

import secrets
from collections import defaultdict
from typing import Any

from hallporter.contract.objects import ErrorObject
from hallporter.contract.problem import ApiError, Occurrence


def new_trace_id() -> str:
    """Return an id that finds a failed request in the log."""
    return secrets.token_hex(16)


def envelope(error: ApiError, trace_id: str, client: object = None) -> dict[str, Any]:
    """Return the body that tells `error`; `client` refreshes clerk-js' state after a failure."""
    body: dict[str, Any] = {"errors": [_told(each) for each in error.occurrences]}
    if client is not None:
        body["meta"] = {"client": client}
    body["clerk_trace_id"] = trace_id
    return body


def _told(occurrence: Occurrence) -> ErrorObject:
    problem, meta = occurrence.problem, occurrence.meta
    words = defaultdict(str, {name: str(value) for name, value in meta.items()})
    return ErrorObject(
        message=problem.message.format_map(words),
        long_message=(problem.long_message or problem.message).format_map(words),
        code=problem.code,
        meta=meta,
    )
