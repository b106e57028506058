"""The files of our own pages, as they lie in the package."""

from functools import cache
from html import escape
from pathlib import Path
from string import Template

from hallporter.pages.http import Answer
from hallporter.pages.local import PRIVATE_HEADERS

_FOLDER = Path(__file__).parent / "static"
_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def file(name: str) -> Answer | None:
    """Return a file that pages load."""
    content = _files().get(name)
    if content is None:
        return None
    content_type = _CONTENT_TYPES[Path(name).suffix]
    return Answer(200, {**PRIVATE_HEADERS, "Content-Type": content_type}, content)


def filled(name: str, **values: str) -> str:
    """Return a template of a page with its `$names` replaced, each value as text and no markup."""
    return _template(name).substitute({key: escape(value) for key, value in values.items()})


@cache
def _template(name: str) -> Template:
    return Template((_FOLDER / name).read_text(encoding="utf-8"))


@cache
def _files() -> dict[str, bytes]:
    # A name from a request is compared with these, never joined to a path.
    return {
        path.name: path.read_bytes() for path in _FOLDER.iterdir() if path.suffix in _CONTENT_TYPES
    }
