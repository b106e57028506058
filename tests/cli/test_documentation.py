"""What the operator reads about options and settings is what there is."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from hallporter import config as configuration
from hallporter.config import Config
from hallporter.contract.settings import Settings
from tests.cli.processes import hallporter

TEXT = (Path(__file__).parents[2] / "docs/operating/configuration.md").read_text()
SETTINGS = TEXT.partition("| setting |")[2]


@pytest.mark.parametrize("name", [field.name for field in fields(Config)])
def test_every_option_is_named(name: str) -> None:
    assert f"| `{configuration.variable(name)}` |" in TEXT


def test_options_of_serve_are_those_of_the_table() -> None:
    shown = set(re.findall(r"--[a-z][a-z-]+", hallporter("serve", "--help", COLUMNS="200").stdout))
    told = set(re.findall(r"^\| `(--[a-z-]+)` \|", TEXT, re.MULTILINE))
    assert told == shown - {"--help"}


def test_settings_that_are_named_exist() -> None:
    paths = re.findall(r"`([a-z_.]+)`", "".join(_first_cells(SETTINGS)))
    assert len(paths) > 10
    for path in paths:
        found: Any = Settings()
        for name in path.split("."):
            found = getattr(found, name)


def _first_cells(table: str) -> list[str]:
    return [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
