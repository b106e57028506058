"""docs/operating/settings.md lists every line of the Environment; what it names exists."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import msgspec

from hallporter.contract.settings import Settings
from tests.conftest import Make

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "operating" / "settings.md").read_text()


def rows() -> list[list[str]]:
    """Return the page's table, a list of cells for each row."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]


def named(cell: str) -> list[str]:
    """Return what a cell names."""
    return re.findall(r"`([^`]+)`", cell)


def leaves(node: Any, path: str = "") -> Iterator[str]:
    """Return the dotted path of every value."""
    if isinstance(node, dict) and node:
        for name, value in cast("dict[str, Any]", node).items():
            yield from leaves(value, f"{path}.{name}".lstrip("."))
    else:
        yield path


def matches(pattern: str, path: str) -> bool:
    """Tell whether a path is meant by a pattern of the page."""
    escaped = re.escape(pattern).replace(r"\*\*", ".*").replace(r"\*", "[^.]*")
    return re.fullmatch(escaped + ("" if "**" in pattern else r"(\.\w+)?"), path) is not None


def test_every_line_of_the_environment_is_on_the_page(make_instance: Make) -> None:
    tenant = make_instance(Settings(test_mode=True))
    tenant.update(
        social={"oauth_google": {"client_id": "a"}},
        attributes__phone_number__enabled=True,
        attributes__phone_number__channels=["sms", "whatsapp"],
        preferred_channels={"BE": "whatsapp"},
    )
    told = list(leaves(tenant.browser().get("/v1/environment").ok().json))
    patterns = [pattern for row in rows() for pattern in named(row[0])]
    lost = [
        path
        for path in told
        if not path.endswith("object") and not any(matches(each, path) for each in patterns)
    ]
    assert lost == []
    assert [each for each in patterns if not any(matches(each, path) for path in told)] == []


def test_every_setting_on_the_page_exists() -> None:
    known = {*leaves(msgspec.to_builtins(Settings(social={})))}
    known |= {"attributes.phone_number.channels", "social.oauth_google.client_id"}
    settings = [name for row in rows() for name in named(row[1])]
    wrong = [
        name
        for name in settings
        if not any(re.match(re.escape(name).replace(r"\*", r"\w+"), each) for each in known)
    ]
    assert wrong == []


def test_every_switch_on_the_page_has_a_test() -> None:
    found = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    for _, setting, _, test in rows():
        assert bool(named(setting)) == bool(named(test)), setting
        assert all(f"def {name}(" in found for name in named(test)), test
