"""Error replies: always JSON, and readable by the instance's pages."""

import falcon.asgi
import structlog

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.api_version import UNDATED, ApiVersion
from hallporter.edge import error_envelope, reply

log = structlog.get_logger()

_RETRY_AFTER_SECONDS = 1


def answer(
    response: falcon.asgi.Response, error: ApiError, version: ApiVersion, client: object = None
) -> None:
    """Answer with Clerk's error envelope; `client` refreshes clerk-js' state."""
    trace_id = error_envelope.new_trace_id()
    codes = [each.kind.code for each in error.occurrences]
    log.info("request refused", trace_id=trace_id, codes=codes)
    _write(response, error, trace_id, version, client)


def answer_bug(request: falcon.asgi.Request, response: falcon.asgi.Response) -> None:
    """Log the error that is being handled and answer with nothing of it but a trace id."""
    trace_id = error_envelope.new_trace_id()
    log.exception("request failed", trace_id=trace_id, method=request.method, path=request.path)
    _write(response, errors.request.internal(), trace_id, UNDATED, None)


def answer_away(response: falcon.asgi.Response, error: Exception) -> None:
    """Answer that the database is away and nothing was changed; a caller may try again."""
    away = errors.request.unavailable(
        reason="The database cannot do this just now. Nothing was changed; try again in a moment.",
        retry_after_seconds=_RETRY_AFTER_SECONDS,
    )
    _answer_for_database(response, "database away", error, away)


def answer_unknown(response: falcon.asgi.Response, error: Exception) -> None:
    """Answer that the outcome is unknown, with a status that no SDK retries by itself."""
    _answer_for_database(response, "outcome unknown", error, errors.request.outcome_unknown())


def _answer_for_database(
    response: falcon.asgi.Response, event: str, error: Exception, shown: ApiError
) -> None:
    trace_id = error_envelope.new_trace_id()
    log.error(event, trace_id=trace_id, reason=f"{type(error).__name__}: {error}")
    _write(response, shown, trace_id, UNDATED, None)


def let_page_read(response: falcon.asgi.Response, origin: str | None) -> None:
    """Let a page of `origin`, already judged, read this answer with its cookies (Fetch, CORS)."""
    response.append_header("vary", "Origin")
    if origin is None:
        return
    response.set_header("access-control-allow-origin", origin)
    response.set_header("access-control-allow-credentials", "true")
    response.set_header(
        "access-control-expose-headers", "Authorization, Clerk-Db-Jwt, X-Country, Retry-After"
    )


def let_anybody_read(response: falcon.asgi.Response) -> None:
    """Let a page of any origin read this answer, without its cookies (Fetch, CORS)."""
    response.set_header("access-control-allow-origin", "*")


def _write(
    response: falcon.asgi.Response,
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
    response.content_type = reply.JSON
    response.data = reply.encode(error_envelope.envelope(error, trace_id, client), version)
