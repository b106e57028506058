"""What the operator reads about options and settings is what there is."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from hallporter import config as configuration
from hallporter.config import Config
from tests.cli.processes import hallporter
from tests.settings.listed import settings

PAGES = sorted((Path(__file__).parents[2] / "docs" / "operating").glob("*.md"))
TEXT = (PAGES[0].parent / "configuration.md").read_text()


@pytest.mark.parametrize("name", [field.name for field in fields(Config)])
def test_every_option_is_named(name: str) -> None:
    assert f"| `{configuration.variable(name)}` |" in TEXT


def test_options_of_serve_are_those_of_the_table() -> None:
    shown = set(re.findall(r"--[a-z][a-z-]+", hallporter("serve", "--help", COLUMNS="200").stdout))
    documented = set(re.findall(r"^\| `(--[a-z-]+)` \|", TEXT, re.MULTILINE))
    assert documented == shown - {"--help"}


def test_settings_that_are_named_exist() -> None:
    known = [each.path for each in settings()]
    groups = {path.partition(".")[0] for path in known if "." in path}
    # Pages and files, and what templates of tokens name.
    others = re.compile(r".*\.(md|mjml)|session\.actor")
    wrong = {
        f"{page.name}: {name}"
        for page in PAGES
        for name in re.findall(r"(?<![\w./])[a-z_]+(?:\.[a-z0-9_]+)+(?![\w.]*\()", page.read_text())
        if name.partition(".")[0] in groups
        and not others.fullmatch(name)
        and not any(begins(path, name) for path in known)
    }
    assert wrong == set()


def begins(path: str, name: str) -> bool:
    """Tell whether `name` is the setting at `path`, or a group of it."""
    pattern, names = path.split("."), name.split(".")
    pairs = zip(names, pattern, strict=False)
    return len(names) <= len(pattern) and all(of in (each, "*") for each, of in pairs)
