"""What the docstrings of settings say: Python keeps those of classes, and not those of fields."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from hallporter.contract.settings.values import Group


@cache
def of_fields(group: type[Group]) -> dict[str, str]:
    """Return what is said of each setting of a group, on one line."""
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(group))).body
    return dict(_said(node)) if isinstance(node, ast.ClassDef) else {}


def of_group(group: type[Group]) -> str:
    """Return what is said of a group, on one line."""
    return _on_one_line(inspect.getdoc(group) or "")


def _said(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in pairwise(node.body):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(said))),
            ):
                yield name, _on_one_line(said)
            case _:
                pass


def _on_one_line(said: str) -> str:
    return " ".join(said.split())
