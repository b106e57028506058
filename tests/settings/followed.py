"""Which lines of the Environment follow which setting: seen by changing one after another."""

import re
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any, cast

import msgspec

from hallporter.contract.ids import InstanceId
from hallporter.contract.instance import Instance
from hallporter.contract.settings import Settings
from hallporter.features.settings import views as setting_views
from tests.settings.listed import ATTRIBUTES, settings

_PROVIDER = "oauth_google"
_TEXTS = ("https://changed.example/", "changed", "phone_code", "2026-05-12")
_PLAIN: dict[str, Any] = msgspec.to_builtins(Settings())
_FULL: dict[str, Any] = {
    **_PLAIN,
    "attributes": {
        name: {
            "enabled": True,
            "used_for_second_factor": True,
            "second_factors": ["email_code"],
            "channels": ["whatsapp"],
        }
        for name in ATTRIBUTES
    },
    "social": {_PROVIDER: {"client_id": "a"}},
}
"""What has to be there for some lines to say anything."""


def lines(given: dict[str, Any]) -> dict[str, Any]:
    """Return what the Environment says, by dotted path, of an instance with these settings."""
    instance = Instance(
        id=InstanceId("ins_1"),
        slug="shop",
        environment_type="production",
        frontend_host="clerk.shop.example",
        publishable_key="",
        settings=msgspec.convert(given, Settings),
        signing_keys=(),
        revision=1,
    )
    return dict(leaves(msgspec.to_builtins(setting_views.environment(instance))))


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value with its dotted path; what kind of object there is, is none."""
    if isinstance(node, dict) and node:
        for name, value in cast("dict[str, Any]", node).items():
            if name != "object":
                yield from leaves(value, f"{path}.{name}".lstrip("."))
    else:
        yield path, node


@cache
def followers() -> dict[str, set[str]]:
    """Return, by setting, the lines that change with it; in both `*` stands for any name."""
    found: dict[str, set[str]] = defaultdict(set)
    for base in (_PLAIN, _FULL):
        before = lines(base)
        for setting in settings():
            for path in _named(setting.path):
                for value in _values(setting.shown):
                    found[setting.path] |= set(_changed(before, base, path, value))
    return dict(found)


def always() -> set[str]:
    """Return the lines that follow no setting."""
    followed = set[str]().union(*followers().values())
    return {general(line) for line in lines(_FULL)} - followed


def general(line: str) -> str:
    """Return a line with `*` for the name of an attribute or provider."""
    names = "|".join(ATTRIBUTES)
    line = re.sub(rf"^auth_config\.({names})$", "auth_config.*", line)
    line = re.sub(rf"^user_settings\.attributes\.({names})\b", "user_settings.attributes.*", line)
    line = re.sub(r"^(auth_config\.preferred_channels)\..*", r"\1", line)
    return line.replace(f"social.{_PROVIDER}", "social.*")


def _named(path: str) -> list[str]:
    names = {"attributes": ATTRIBUTES, "social": (_PROVIDER,)}
    return [path.replace("*", name) for name in names.get(path.partition(".")[0], ("sms",))]


def _changed(before: dict[str, Any], base: dict[str, Any], path: str, value: Any) -> Iterator[str]:
    given = deepcopy(base)
    *above, name = path.split(".")
    group = given
    try:
        for each in above:
            group = group[each]
        group[name] = value
        after = lines(given)
    except (KeyError, msgspec.ValidationError):
        # There is no such group here, or the value is none for it: others are tried.
        return
    for line in before.keys() | after.keys():
        if before.get(line) != after.get(line):
            yield general(line)


def _values(shown: dict[str, Any]) -> Iterator[Any]:
    """Yield values of which one at least is another than before, some of them perhaps refused."""
    for each in shown.get("anyOf", [shown]):
        match each:
            case {"enum": words}:
                yield from words
            case {"type": "boolean"}:
                yield from (False, True)
            case {"type": "integer"}:
                yield from (each["minimum"], each["maximum"])
            case {"type": "string"}:
                yield from _TEXTS
            case {"type": "array", "items": items}:
                yield []
                yield from ([value] for value in _values(items))
            case {"type": "object"}:
                yield from ({"BE": "whatsapp"}, {"shop.example": "https://shop.example/"})
            case _:
                pass
