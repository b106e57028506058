"""Facts about a request, and the credentials it shows."""

from collections.abc import Mapping

from hallporter.contract.scope import Proxied, RequestFacts
from hallporter.edge.request_head import RequestHead
from hallporter.edge.wiring import Presented

_CLIENT_COOKIE = b"__client"
_SYNC_COOKIE = b"__clerk_sync"
_DEV_BROWSER = "__clerk_db_jwt"
# Real ones are shorter. It is stored with sessions and messages, so its length is limited.
_LONGEST_AGENT = 512


def of(head: RequestHead, proxied: Proxied | None = None) -> RequestFacts:
    """Return the facts of a request; those of a trusted proxy count instead of its own."""
    said_url = None if proxied is None else proxied.url
    base_url = said_url or head.base_url
    return RequestFacts(
        ip=head.sender if proxied is None or not proxied.is_believed else proxied.ip,
        user_agent=(head.header(b"user-agent") or "")[:_LONGEST_AGENT],
        origin=head.header(b"origin"),
        base_url=base_url,
        is_secure=base_url.startswith("https://"),
        proxied=proxied,
        is_cross_site=head.headers.get(b"sec-fetch-site") == b"cross-site",
    )


def presented(head: RequestHead, query: Mapping[str, str]) -> Presented:
    """Return the credentials that a Frontend request shows."""
    session_id = query.get("_clerk_session_id")
    return Presented(
        # Two instances under one host set this cookie at two paths; a browser may send both.
        client_tokens=head.cookies(_CLIENT_COOKIE),
        dev_browser=query.get(_DEV_BROWSER) or None,
        authorization=head.header(b"authorization"),
        is_native=query.get("_is_native") == "1",
        sync_states=head.cookies(_SYNC_COOKIE),
        # PostgreSQL knows no NUL. With this character in its place, no id matches.
        session_id=session_id.replace("\0", "\ufffd") if session_id else None,
    )
