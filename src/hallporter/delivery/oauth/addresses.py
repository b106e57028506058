"""Which addresses may be asked."""

from urllib.parse import urlsplit

from hallporter.contract.hosts import is_loopback, is_plain


def is_allowed(url: str, *, allows_loopback: bool) -> bool:
    """Tell whether `url` may be asked: https, or this very machine where that is allowed."""
    try:
        parts = urlsplit(url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    except ValueError:
        return False
    if (
        not host
        or not is_plain(host)
        or parts.username is not None
        or not url.isascii()
        or not url.isprintable()
    ):
        return False
    if parts.scheme == "https":
        return allows_loopback or not is_loopback(host)
    return parts.scheme == "http" and allows_loopback and is_loopback(host)
