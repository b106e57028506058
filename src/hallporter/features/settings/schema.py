"""The JSON Schema of all settings, for programs that show them or write them."""

from collections.abc import Iterator
from typing import Any, cast, get_args

import msgspec
from msgspec.structs import fields

from hallporter.contract.settings import Settings
from hallporter.contract.settings.values import Group
from hallporter.features.settings import docstrings

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12) that a file for `--settings` keeps to.

    Each setting has its default, its bounds and what it means; a secret is `writeOnly`. What
    contradicts itself or is unsafe (`parts.RULES`) is not said in it.
    """
    groups = cast("dict[str, Any]", _portable(msgspec.json.schema(Settings)["$defs"]))
    for group in dict.fromkeys(_groups(Settings)):
        _describe(groups[group.__name__], group)
    whole = groups.pop(Settings.__name__)
    return {"$schema": _DIALECT, **whole, "$defs": groups}


def _groups(kind: Any) -> Iterator[type[Group]]:
    """Yield every group that a value of type `kind` may hold, itself first."""
    if isinstance(kind, type) and issubclass(kind, Group):
        yield kind
        for field in fields(kind):
            yield from _groups(field.type)
    for part in get_args(kind):
        yield from _groups(part)


def _describe(found: dict[str, Any], group: type[Group]) -> None:
    found["description"] = docstrings.of_group(group)
    said = docstrings.of_fields(group)
    for name, setting in found["properties"].items():
        if name in said:
            setting["description"] = said[name]


def _portable(node: Any) -> Any:
    """Return a schema whose patterns mean everywhere what they mean in Python.

    JSON Schema has those of ECMA-262, which knows no `\\A` and no `\\Z`; its `$` is the very end.
    """
    match node:
        case dict():
            named = cast("dict[str, Any]", node)
            return {
                name: portable_pattern(each)
                if name == "pattern" and isinstance(each, str)
                else _portable(each)
                for name, each in named.items()
            }
        case list():
            return [_portable(each) for each in cast("list[Any]", node)]
        case _:
            return node


def portable_pattern(python: str) -> str:
    """Return a pattern as ECMA-262 writes it."""
    return python.replace(r"\A", "^").replace(r"\Z", "$")
