"""Which pages may use an instance, and which addresses it may send a browser to.

CORS, CSRF and open redirects are one question: is this origin the instance's? (The protocol has
no CSRF token; clerk-js sends simple requests with cookies, so the Origin header is the guard.)
"""

from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from hallporter.contract import errors
from hallporter.contract.hosts import hostname, is_loopback, is_plain
from hallporter.contract.instance import Instance
from hallporter.contract.scope import RequestFacts

# A host name has at most 253 characters (RFC 1035, section 2.3.4).
_LONGEST = 300
_REMEMBERED = 1_024


def is_allowed(instance: Instance, origin: str, request: RequestFacts | None = None) -> bool:
    """Tell whether a page of `origin` may use the instance."""
    if len(origin) > _LONGEST:
        return False
    if _is_known(instance, origin):
        return True
    return (
        request is not None
        and request.base_url.startswith(f"{origin}/")
        and plain_parts(origin) is not None
    )


@lru_cache(maxsize=_REMEMBERED)
def _is_known(instance: Instance, origin: str) -> bool:
    if origin in instance.settings.allowed_origins:
        return True
    parts = plain_parts(origin)
    if parts is None or parts.hostname is None:
        return False
    if instance.is_local:
        return parts.scheme in ("http", "https") and is_loopback(parts.hostname)
    if parts.scheme != "https" or parts.port is not None:
        return False
    own = (instance.home_domain, *instance.settings.satellite_domains)
    return any(parts.hostname == home or parts.hostname.endswith(f".{home}") for home in own)


def is_allowed_redirect(instance: Instance, url: str) -> bool:
    """Tell whether a browser may be sent to `url`: absolute, and of an allowed origin."""
    parts = parts_of(url)
    return parts is not None and is_allowed(instance, f"{parts.scheme}://{parts.netloc}")


def parts_of(url: str) -> SplitResult | None:
    """Return the parts of an address; None where not everybody would find the same ones."""
    # Browsers and parsers read backslashes, white space and letters beyond ASCII differently.
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return None
    try:
        return urlsplit(url)
    except ValueError:
        return None


def refuse_foreign(instance: Instance, request: RequestFacts) -> None:
    """Raise `origin_invalid` unless the request comes from the instance's pages or no page."""
    if request.origin is None or is_allowed(instance, request.origin, request):
        return
    if request.origin == request.base_url:
        return
    raise errors.request.origin_invalid(origin=request.origin)


def is_native(instance: Instance, origin: str) -> bool:
    """Tell whether `origin` is one that a native app draws its pages from, and allowed as such.

    The token in the header of such an app is readable by its scripts, which no web page's are.
    """
    parts = urlsplit(origin)
    if origin not in instance.settings.allowed_origins:
        return False
    return parts.scheme not in ("http", "https") or is_loopback(parts.hostname or "")


def plain_parts(origin: str) -> SplitResult | None:
    """Return the parts of an origin that is spelled as browsers spell it: without userinfo."""
    try:
        parts = urlsplit(origin)
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        return None
    host = hostname(parts.netloc)
    is_spelled_so = origin == f"{parts.scheme}://{host}{port}"
    return parts if is_spelled_so and is_plain(host) else None
