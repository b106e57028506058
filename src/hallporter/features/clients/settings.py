"""Clients on other domains than the instance's own: which domains cannot be satellites."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from hallporter.contract.hosts import hostname
from hallporter.contract.settings_rules import Subject

_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


def satellites(subject: Subject) -> Iterator[str]:
    """Yield which satellite domains and proxies are none."""
    home = hostname(subject.frontend_host).removeprefix("clerk.")
    for domain in subject.settings.satellite_domains:
        if not _HOST_NAME.fullmatch(domain):
            yield (
                f"{domain!r} among the satellite domains of instance {subject.slug} is none: write "
                "it like shop.example, without https, port or path."
            )
        elif f".{domain}".endswith(f".{home}") or f".{home}".endswith(f".{domain}"):
            yield (
                f"The satellite domain {domain} of instance {subject.slug} is its own ({home}): "
                "users are signed in there anyhow; take it off satellite_domains."
            )
    for domain, url in subject.settings.satellite_proxy_urls.items():
        parts = urlsplit(url)
        is_there = f".{parts.hostname or ''}".endswith(f".{domain}")
        if domain not in subject.settings.satellite_domains or not is_there:
            yield (
                f"satellite_proxy_urls of instance {subject.slug} has {url} for {domain}, which "
                "must be one of satellite_domains and the address a page of that domain."
            )
        elif parts.scheme != "https" and not subject.is_local:
            yield f"The satellite proxy {url} of instance {subject.slug} must be https."
