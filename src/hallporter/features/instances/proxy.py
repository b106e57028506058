"""What can be wrong with the app's own proxy in front of the Frontend API."""

from hallporter.contract.scope import Proxied


def error_of(proxied: Proxied | None) -> str | None:
    """Return what a proxy does wrong as a sentence that says what to do; None if nothing."""
    if proxied is None:
        return "The request came through no proxy: send Clerk-Proxy-Url and Clerk-Secret-Key."
    if not proxied.is_believed:
        return "The Clerk-Secret-Key is not one of this instance's secret keys."
    if proxied.url is None:
        return "Send Clerk-Proxy-Url: where browsers reach the proxy."
    if proxied.ip is None:
        return "Send X-Forwarded-For: the address of the visitor."
    return None
