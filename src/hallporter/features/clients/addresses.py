"""Addresses of pages, with a parameter more."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


def with_parameter(url: str, name: str, value: str) -> str:
    """Return `url` with this as the only parameter of its name."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    return urlunsplit(parts._replace(query=urlencode([*kept, (name, value)])))
