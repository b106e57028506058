"""Every setting there is, as the JSON Schema tells of it."""

from dataclasses import dataclass
from typing import Any

from hallporter.features.settings.schema import schema

SCHEMA = schema()
ATTRIBUTES = tuple(SCHEMA["$defs"]["Attributes"]["properties"])


@dataclass(frozen=True)
class Setting:
    """One setting; in `path` a `*` stands for any name."""

    path: str
    shown: dict[str, Any]
    """What the schema says of it."""


@dataclass(frozen=True)
class Group:
    """Settings that begin alike; `path` is empty for those that stand alone."""

    path: str
    description: str
    settings: list[Setting]


def groups() -> list[Group]:
    """Return all settings in the order in which they are declared, those that stand alone first."""
    alone: list[Setting] = []
    found: list[Group] = []
    for name, given in SCHEMA["properties"].items():
        group = _group(name, given)
        if group is None:
            alone.append(Setting(name, given))
        else:
            found.append(group)
    return [Group("", "", alone), *found]


def settings() -> list[Setting]:
    """Return every setting."""
    return [each for group in groups() for each in group.settings]


def _group(name: str, shown: dict[str, Any]) -> Group | None:
    of: Any = shown.get("additionalProperties")
    if name == "attributes":
        return _of("attributes.*", "Attributes", "AttributeSettings")
    if "$ref" in shown:
        return _of(name, _referred(shown))
    if of and "$ref" in of:
        return _of(f"{name}.*", _referred(of), said=shown["description"])
    return None


def _of(path: str, described: str, listed: str | None = None, said: str = "") -> Group:
    groups = SCHEMA["$defs"]
    listed = listed or described
    properties = groups[listed]["properties"]
    return Group(
        path,
        f"{said} {groups[described]['description']}".strip(),
        [Setting(f"{path}.{name}", shown) for name, shown in properties.items()],
    )


def _referred(shown: dict[str, Any]) -> str:
    return str(shown["$ref"]).rpartition("/")[2]
