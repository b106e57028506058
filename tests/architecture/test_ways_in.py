"""The stories that docs/ways-in.md names are told."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def test_every_story_named_in_the_documents_is_there() -> None:
    named = set(NAMED.findall((ROOT / "docs" / "ways-in.md").read_text()))
    assert len(named) > 50
    modules = {
        (path.name, each.name)
        for path in (ROOT / "tests" / "browser").glob("test_*.py")
        for each in ast.parse(path.read_text()).body
        if isinstance(each, ast.FunctionDef)
    }
    assert sorted(named - modules) == []
