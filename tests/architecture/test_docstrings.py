"""Everything public says in a sentence what it is for."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import code

Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def test_every_public_name_has_a_docstring() -> None:
    bare = [
        f"{path.relative_to(code.ROOT)}: {node.name}"
        for path in code.modules()
        for node in _public(code.tree(path), path)
        if ast.get_docstring(node) is None
    ]
    assert bare == []


def test_every_module_has_a_docstring() -> None:
    paths = [path for path in code.modules() if ast.get_docstring(code.tree(path)) is None]
    assert paths == []


def test_docstrings_are_sentences() -> None:
    unfinished = [
        f"{path.relative_to(code.ROOT)}: {first}"
        for path in code.modules()
        for node in _public(code.tree(path), path)
        if (first := (ast.get_docstring(node) or "").partition("\n\n")[0])
        and not first.endswith((".", ":", "?"))
    ]
    assert unfinished == []


def _public(parent: ast.Module | ast.ClassDef, path: Path) -> Iterator[Documented]:
    for node in parent.body:
        if not isinstance(node, Documented) or node.name.startswith("_"):
            continue
        # A function of a store is its statement, which speaks for itself.
        if path.name != "store.py" or isinstance(node, ast.ClassDef):
            yield node
        if isinstance(node, ast.ClassDef):
            yield from _public(node, path)
