"""The app's own proxy in front of the Frontend API, trusted by its secret key.

Anybody can send its headers. Only with the secret key they define the public URL and the sender's
address (clerk.com/docs, "Proxying the Clerk Frontend API").
"""

import re
from urllib.parse import urlsplit

from hallporter.contract import errors, origins
from hallporter.contract.instance import Instance
from hallporter.contract.scope import Proxied
from hallporter.edge.request_head import RequestHead
from hallporter.edge.senders import Senders
from hallporter.edge.wiring import Directory

_URL = b"clerk-proxy-url"
_SECRET_KEY = b"clerk-secret-key"
# Without proxies that are trusted anyhow.
_NOBODY = Senders((), behind_proxy=False)
# It becomes the path of cookies, in which a semicolon would begin something else.
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")


def instance_of_key(directory: Directory, head: RequestHead) -> Instance | None:
    """Return the instance whose secret key the proxy shows."""
    key = head.header(_SECRET_KEY)
    found = None if key is None else directory.by_secret_key(key.strip())
    return None if found is None else found[0]


def shows_key(head: RequestHead) -> bool:
    """Tell whether a request shows a key, or an address, as only a proxy does."""
    return _URL in head.headers or _SECRET_KEY in head.headers


def of(
    directory: Directory, senders: Senders | None, instance: Instance, head: RequestHead
) -> Proxied | None:
    """Return what a proxy says, and whether it is trusted; None without a proxy.

    Raises `proxy_url_invalid` when the URL is not the instance's, even with the right key: proxies
    build it from headers that anybody can send.
    """
    if not shows_key(head):
        return None
    url = head.header(_URL)
    if instance_of_key(directory, head) is not instance:
        return Proxied(is_believed=False, url=None, ip=None)
    return Proxied(
        is_believed=True,
        url=None if url is None else _own(instance, url.rstrip("/")),
        ip=(senders or _NOBODY).forwarded_by_key_holder(head.peer_address, head.headers),
    )


def _own(instance: Instance, url: str) -> str:
    if not origins.is_allowed_redirect(instance, url) or "?" in url or "#" in url:
        raise errors.request.proxy_url_invalid(url=url)
    if not _PATH.fullmatch(urlsplit(url).path):
        raise errors.request.proxy_url_invalid(url=url)
    return url
