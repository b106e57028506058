"""The lists that the outside relies on contradict themselves nowhere."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import msgspec

from hallporter.contract import errors, ids
from hallporter.contract.api_error import ErrorKind
from hallporter.core.secret import Secret
from hallporter.edge import operation
from hallporter.edge.operation import Operation, Options
from hallporter.main import ENDPOINTS, operations
from tests.architecture import code

# What they take is new, or is asked for and not tried.
_NOTHING_TO_GUESS = {
    *("prepare_sign_in_factor_one", "prepare_sign_in_factor_two", "reset_password"),
    *("prepare_session_reverification_first_factor", "post_oauth_callback"),
    *("prepare_session_reverification_second_factor",),
}


def test_what_can_be_guessed_counts_for_its_sender() -> None:
    """An endpoint of strangers or users that takes a secret says what a wrong one costs."""
    uncounted = {
        each.name
        for each in operations()
        if each.api == "frontend"
        and each.costs is None
        and each.body is not None
        and any(_is_secret(field.type) for field in msgspec.structs.fields(each.body))
    }
    assert uncounted == _NOTHING_TO_GUESS


def _is_secret(kind: Any) -> bool:
    return (isinstance(kind, type) and issubclass(kind, Secret)) or any(
        _is_secret(each) for each in get_args(kind)
    )


def test_every_endpoint_is_opened() -> None:
    endpoints = [
        each for each in code.modules() if "features" in each.parts and _has_endpoints(each)
    ]
    assert len(endpoints) > 30
    assert _repeated(ENDPOINTS) == []
    assert {each.__name__ for each in map(code.imported, endpoints)} == {
        each.__name__ for each in ENDPOINTS
    }


def _has_endpoints(path: Path) -> bool:
    return any(
        isinstance(each, ast.ImportFrom) and each.module == operation.__name__
        for each in code.tree(path).body
    )


def test_what_endpoints_say_of_themselves_is_known_of_operations() -> None:
    known = get_type_hints(Operation)
    said = get_type_hints(Options)
    assert [name for name, kind in said.items() if known.get(name) not in (kind, kind | None)] == []


def test_what_only_reads_need_not_say_that_it_goes_on_in_maintenance() -> None:
    said = [each.name for each in operations() if each.method == "GET" and each.in_maintenance]
    assert said == []


def test_no_route_is_answered_twice() -> None:
    assert _repeated((each.api, each.method, each.path) for each in operations()) == []


def test_an_error_code_has_one_status() -> None:
    statuses = {(each.code, each.status) for each in _error_kinds()}
    assert _repeated(code for code, _ in statuses) == []


def test_no_two_kinds_of_id_share_a_prefix() -> None:
    prefixes = [each.prefix for each in vars(ids).values() if isinstance(each, ids.Kind)]
    assert len(prefixes) > 10
    assert _repeated(prefixes) == []


def _error_kinds() -> Iterator[ErrorKind]:
    for family in errors.__all__:
        module: ModuleType = getattr(errors, family)
        yield from (each for each in vars(module).values() if isinstance(each, ErrorKind))


def _repeated(values: Iterable[object]) -> list[object]:
    return [value for value, times in Counter(values).items() if times > 1]
