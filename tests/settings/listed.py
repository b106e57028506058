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
    told: dict[str, Any]
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
    for name, told in SCHEMA["properties"].items():
        group = _group(name, told)
        if group is None:
            alone.append(Setting(name, told))
        else:
            found.append(group)
    return [Group("", "", alone), *found]


def settings() -> list[Setting]:
    """Return every setting."""
    return [each for group in groups() for each in group.settings]


def _group(name: str, told: dict[str, Any]) -> Group | None:
    of: Any = told.get("additionalProperties")
    if name == "attributes":
        return _of("attributes.*", "Attributes", "AttributeSettings")
    if "$ref" in told:
        return _of(name, _referred(told))
    if of and "$ref" in of:
        return _of(f"{name}.*", _referred(of), said=told["description"])
    return None


def _of(path: str, described: str, listed: str | None = None, said: str = "") -> Group:
    groups = SCHEMA["$defs"]
    listed = listed or described
    properties = groups[listed]["properties"]
    return Group(
        path,
        f"{said} {groups[described]['description']}".strip(),
        [Setting(f"{path}.{name}", told) for name, told in properties.items()],
    )


def _referred(told: dict[str, Any]) -> str:
    return str(told["$ref"]).rpartition("/")[2]
