"""The texts of messages: built-in ones, or the instance's own, rendered in a sandbox.

An instance's text may use variables and conditions on them. Loops, calls and arithmetic are not
allowed. So it cannot leave the sandbox, and the result is not longer than the template.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from hallporter.contract.settings import MessageTemplate
from hallporter.features.messages.kinds import KINDS

FOLDER = Path(__file__).parent / "templates"
_LONGEST = 100_000

_COMMON = frozenset(
    {
        *("app.name", "app.url", "app.domain_name", "app.logo_image_url", "app.support_email"),
        *("current_year", "requested_at", "requested_by", "requested_from"),
        *("browser_name", "operating_system", "ip_address", "session_created_at"),
        "primary_email_address",
    }
)
_OF_WHAT_EXPIRES = frozenset({"ttl_minutes"})
_NOTHING: frozenset[str] = frozenset()
_NESTED = {"expires_in_days": "invitation.expires_in_days"}
_MAYBE = frozenset({"app.logo_image_url", "app.support_email"})
_NUMBERS = frozenset(
    {"current_year", "failed_attempts", "invitation.expires_in_days", "ttl_minutes"}
)
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const),
    *(nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
    nodes.Filter,
)
_FILTERS = frozenset({"capitalize", "default", "lower", "title", "trim", "upper"})

# One for text, one for what becomes HTML.
_PLAIN = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_ESCAPING = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


class WordingError(Exception):
    """Say what is wrong with a template, and on which line."""


def words_of(slug: str, own: MessageTemplate | None = None) -> MessageTemplate:
    """Return the words of a kind: the instance's own where it has some, else ours."""
    if own is None:
        return _ours()[slug]
    chosen = {
        name: value for name, value in msgspec.structs.asdict(own).items() if value is not None
    }
    return msgspec.structs.replace(_ours()[slug], **chosen)


@cache
def _ours() -> Mapping[str, MessageTemplate]:
    tables = tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))
    return msgspec.convert(tables, dict[str, MessageTemplate])


def text(source: str | None, variables: Mapping[str, Any]) -> str:
    """Return plain text; raises WordingError."""
    return _rendered(_plain(source or ""), variables)


def html(source: str, variables: Mapping[str, Any]) -> str:
    """Return markup whose variables are escaped; raises WordingError."""
    return _rendered(_escaping(source), variables)


@lru_cache(256)
def _plain(source: str) -> Template:
    return _PLAIN.from_string(source)


@lru_cache(64)
def _escaping(source: str) -> Template:
    return _ESCAPING.from_string(source)


def _rendered(template: Template, variables: Mapping[str, Any]) -> str:
    try:
        return template.render(variables).strip()
    except (TemplateError, TypeError, ValueError) as error:
        # Such as a comparison with what is not there.
        raise WordingError(str(error)) from error


def refuse_wrong(slug: str, source: str, *, is_whole: bool) -> None:
    """Raise WordingError unless a template of an instance's own can be rendered.

    `is_whole` ones are all that is sent, and must hold what their kind is sent for.
    """
    kind = KINDS[slug]
    if len(source) > _LONGEST:
        raise WordingError(f"it is longer than {_LONGEST} characters")
    try:
        parsed = _PLAIN.parse(source)
    except TemplateSyntaxError as error:
        raise WordingError(f"line {error.lineno}: {error.message}") from error
    names = set(_names(parsed))
    available = available_to(slug)
    for name, line in sorted(names, key=lambda found: found[1]):
        if name not in available:
            raise WordingError(
                f"line {line}: there is no {name}; there are {', '.join(sorted(available))}"
            )
    if is_whole and kind.required is not None and kind.required not in {name for name, _ in names}:
        raise WordingError(f"it does not hold {{{{ {kind.required} }}}}, which it is sent for")


def available_to(slug: str) -> frozenset[str]:
    """Return the names of the variables that a kind may speak of."""
    kind = KINDS[slug]
    given = {_NESTED.get(name, name) for name in kind.facts | kind.optional}
    return _COMMON | given | (_OF_WHAT_EXPIRES if kind.expires else _NOTHING)


def may_lack(slug: str, path: str) -> bool:
    """Tell whether a variable may be none."""
    return path in _MAYBE or path in {_NESTED.get(name, name) for name in KINDS[slug].optional}


def example(path: str) -> str | int:
    """Return a value such as a variable has."""
    return 10 if path in _NUMBERS else path


def _names(node: nodes.Node) -> Iterator[tuple[str, int]]:
    """Yield every variable with its line; raises WordingError at what is more than a variable."""
    if not isinstance(node, _ALLOWED):
        what = type(node).__name__
        raise WordingError(
            f"line {node.lineno}: {what} is not possible here, only variables and if"
        )
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        there = ", ".join(sorted(_FILTERS))
        raise WordingError(f"line {node.lineno}: there is no filter {node.name}; there are {there}")
    path = _path(node)
    if path is not None:
        yield path, node.lineno
        return
    for child in node.iter_child_nodes():
        yield from _names(child)


def _path(node: nodes.Node) -> str | None:
    """Return `app.name` for what is a variable."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        above = _path(node.node)
        return None if above is None else f"{above}.{node.attr}"
    return None
