"""Satellites: other domains on which an instance's users are signed in as on its own.

The Frontend API of a satellite is called at `clerk.` before its domain, or through a proxy there
(clerk.com/docs, "Authentication across different domains").
"""

from urllib.parse import urlsplit

from hallporter.contract.instance import Instance


def frontend_host(domain: str) -> str:
    """Return the host of a satellite's Frontend API."""
    return f"clerk.{domain}"


def of_url(instance: Instance, url: str) -> str | None:
    """Return the satellite domain that `url`, already judged, is on."""
    name = urlsplit(url).hostname or ""
    for domain in instance.settings.satellite_domains:
        if name == domain or name.endswith(f".{domain}"):
            return domain
    return None
