"""Error replies: always JSON, and readable by the instance's pages."""

from collections.abc import Mapping
from functools import lru_cache

import structlog

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.api_version import UNDATED, ApiVersion
from hallporter.edge import error_envelope, reply
from hallporter.edge.request import Request
from hallporter.edge.response import Response

log = structlog.get_logger()

_RETRY_AFTER_SECONDS = 1
_REMEMBERED = 1_024
# Lets a page of any origin read an answer, without its cookies (Fetch standard, CORS).
READABLE_ANYWHERE: Mapping[bytes, bytes] = {b"access-control-allow-origin": b"*"}


def answer(response: Response, error: ApiError, version: ApiVersion, client: object = None) -> None:
    """Answer with Clerk's error envelope; `client` refreshes clerk-js' state."""
    trace_id = error_envelope.new_trace_id()
    codes = [each.kind.code for each in error.occurrences]
    log.info("request refused", trace_id=trace_id, codes=codes)
    _write(response, error, trace_id, version, client)


def answer_bug(request: Request, response: Response) -> None:
    """Log the error that is being handled and answer with nothing of it but a trace id."""
    trace_id = error_envelope.new_trace_id()
    log.exception(
        "request failed", trace_id=trace_id, method=request.route.method, path=request.route.path
    )
    _write(response, errors.request.internal(), trace_id, UNDATED, None)


def answer_away(response: Response, error: Exception) -> None:
    """Answer that the database is away and nothing was changed; a caller may try again."""
    away = errors.request.unavailable(
        reason="The database cannot do this just now. Nothing was changed; try again in a moment.",
        retry_after_seconds=_RETRY_AFTER_SECONDS,
    )
    _answer_for_database(response, "database away", error, away)


def answer_unknown(response: Response, error: Exception) -> None:
    """Answer that the outcome is unknown, with a status that no SDK retries by itself."""
    _answer_for_database(response, "outcome unknown", error, errors.request.outcome_unknown())


def _answer_for_database(response: Response, event: str, error: Exception, shown: ApiError) -> None:
    trace_id = error_envelope.new_trace_id()
    log.error(event, trace_id=trace_id, reason=f"{type(error).__name__}: {error}")
    _write(response, shown, trace_id, UNDATED, None)


@lru_cache(maxsize=_REMEMBERED)
def readable_by(origin: str | None) -> Mapping[bytes, bytes]:
    """Return what lets a page of `origin`, already judged, read an answer with its cookies.

    Fetch standard, CORS.
    """
    if origin is None:
        return {b"vary": b"Origin"}
    return {
        b"vary": b"Origin",
        b"access-control-allow-origin": origin.encode("latin-1"),
        b"access-control-allow-credentials": b"true",
        b"access-control-expose-headers": b"Authorization, Clerk-Db-Jwt, X-Country, Retry-After",
    }


def _write(
    response: Response,
    error: ApiError,
    trace_id: str,
    version: ApiVersion,
    client: object,
) -> None:
    response.status = error.status
    if error.occurrences[0].kind is errors.authentication.superseded:
        # No script repeats a request that the browser itself has sent. With this header the browser
        # does (HTML Standard, "The Refresh header"), with its new token.
        response.set_header("refresh", str(_RETRY_AFTER_SECONDS))
    if error.retry_after_seconds is not None:
        response.set_header("retry-after", str(error.retry_after_seconds))
    response.data = reply.encode(error_envelope.envelope(error, trace_id, client), version)
