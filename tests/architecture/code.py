"""The code as the architecture tests read it: modules, and the statements in stores."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from msgspec import Struct

import hallporter
from hallporter.core.columns import Joined

ROOT = Path(inspect.getfile(hallporter)).parent
_READS = {"one": 1, "many": 1, "stream": 1, "value": 0, "column": 0, "execute": 0, "insert": 0}
"""Where each method of `core.database` takes its SQL; where that is 1, the row type is 0."""


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed module at `path`."""
    return ast.parse(path.read_text())


def modules() -> list[Path]:
    """Return every module of the package."""
    return sorted(ROOT.rglob("*.py"))


def stores() -> list[Path]:
    """Return every store."""
    return sorted(ROOT.rglob("store.py"))


def imported(path: Path) -> ModuleType:
    """Return the module at `path`."""
    return import_module(".".join(path.relative_to(ROOT.parent).with_suffix("").parts))


@dataclass(frozen=True)
class Statement:
    """One use of an SQL constant; `row` is the type its result is read into, if any.

    `stored` is the type of the row that it inserts whole, behind `first` other parameters.
    """

    store: str
    name: str
    sql: str
    row: type | Joined | None
    stored: type[Struct] | None = None
    first: int = 0

    def __str__(self) -> str:
        return f"{self.store}.{self.name}"


@cache
def statements() -> tuple[Statement, ...]:
    """Return every statement that a store sends, each once per row type."""
    found = {str(each) + str(each.row): each for path in stores() for each in _sent_by(path)}
    return tuple(found.values())


def _sent_by(path: Path) -> Iterator[Statement]:
    module = imported(path)
    for function in tree(path).body:
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for call in _sends(function):
                position = _READS[_method(call)]
                name = _constant(function, call.args[position])
                row = call.args[0] if position else None
                yield Statement(
                    store=path.parent.name,
                    name=name,
                    sql=getattr(module, name),
                    row=getattr(module, row.id) if isinstance(row, ast.Name) else None,
                    stored=_stored(module, function, call),
                    first=len(call.args) - 2,
                )


def _stored(
    module: ModuleType, function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call
) -> type[Struct] | None:
    if _method(call) != "insert":
        return None
    given = ast.unparse(call.args[1])
    (type,) = (each.annotation for each in function.args.args if each.arg == given)
    assert isinstance(type, ast.Name), f"{function.name}: what is stored is a row"
    return getattr(module, type.id)


def _sends(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.Call]:
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    return [call for call in calls if _method(call) in _READS]


def _method(call: ast.Call) -> str:
    is_on_database = (
        isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in ("db", "tx")
    )
    return call.func.attr if is_on_database and isinstance(call.func, ast.Attribute) else ""


def _constant(function: ast.FunctionDef | ast.AsyncFunctionDef, given: ast.expr) -> str:
    """Return the name of the constant in `CONSTANT`, `CONSTANT.format(…)` or a local of these."""
    match given:
        case ast.Name(id=name) if name.isupper():
            return name
        case ast.Name(id=name):
            values = [
                node.value
                for node in ast.walk(function)
                if isinstance(node, ast.Assign)
                and any(
                    isinstance(target, ast.Name) and target.id == name for target in node.targets
                )
            ]
            assert len(values) == 1, f"{function.name}: {name} is not one named statement"
            return _constant(function, values[0])
        case ast.Call(func=ast.Attribute(value=value, attr="format")):
            return _constant(function, value)
        case _:
            raise AssertionError(f"{function.name}: a statement is a named constant")
