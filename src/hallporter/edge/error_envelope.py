"""Errors → Clerk's envelope `{"errors": […], "meta": …, "clerk_trace_id": …}`."""

import secrets
from typing import Any

from hallporter.contract.api_error import ApiError


def new_trace_id() -> str:
    """Return an id that finds a failed request in the log."""
    return secrets.token_hex(16)


def envelope(error: ApiError, trace_id: str, client: object = None) -> dict[str, Any]:
    """Return the body of `error`; `client` refreshes clerk-js' state after a failure."""
    body: dict[str, Any] = {"errors": [each.wire_object() for each in error.occurrences]}
    if client is not None:
        body["meta"] = {"client": client}
    body["clerk_trace_id"] = trace_id
    return body
