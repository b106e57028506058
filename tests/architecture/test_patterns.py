"""What a pattern asks for holds for the whole text, to its very end."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.code import ROOT, imported, modules, tree


def _patterns(*, of_types: bool) -> Iterator[tuple[str, str]]:
    """Yield each pattern with its place: of the types of inputs and settings, or of expressions."""
    for path in modules():
        for call in ast.walk(tree(path)):
            if not isinstance(call, ast.Call):
                continue
            if of_types:
                given = [each.value for each in call.keywords if each.arg == "pattern"]
            else:
                given = call.args[:1] if ast.unparse(call.func).startswith("re.") else []
            for each in given:
                if isinstance(each, ast.Constant):
                    pattern = each.value
                else:
                    pattern = getattr(imported(path), ast.unparse(each), "")
                if isinstance(pattern, str | bytes):
                    text = pattern if isinstance(pattern, str) else pattern.decode()
                    yield f"{path.relative_to(ROOT)}:{call.lineno}", text


def _bare(pattern: str) -> str:
    """Return a pattern without what is escaped, and without classes: what is left has a meaning."""
    return re.sub(r"\[\^?\]?[^\]]*\]", "", re.sub(r"\\.", "", pattern, flags=re.DOTALL))


def test_no_pattern_ends_before_a_line_break() -> None:
    """Python's `$` also matches before a line break at the end."""
    found = [*_patterns(of_types=True), *_patterns(of_types=False)]
    assert len(found) > 50
    assert [place for place, pattern in found if "$" in _bare(pattern)] == []


def test_patterns_of_types_are_of_the_whole_text() -> None:
    """`msgspec` searches; `\\d` and `\\w` would take letters and digits of every script."""
    found = list(_patterns(of_types=True))
    assert len(found) > 10
    loose = [
        place
        for place, pattern in found
        if not (pattern.startswith(r"\A") and pattern.endswith(r"\Z"))
        or re.search(r"\\[dwDWbB]", pattern)
    ]
    assert loose == []
