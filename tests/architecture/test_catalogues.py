"""The lists that the outside relies on contradict themselves nowhere."""

from collections import Counter
from collections.abc import Iterable, Iterator
from types import ModuleType

from hallporter.contract import errors, ids
from hallporter.contract.problem import Problem
from hallporter.main import RESOLVERS, operations


def test_every_operation_says_who_may_call_it() -> None:
    unknown = [each.name for each in operations() if each.caller not in RESOLVERS]
    assert unknown == []


def test_no_route_is_answered_twice() -> None:
    assert _repeated((each.api, each.method, each.path) for each in operations()) == []


def test_an_error_code_has_one_status() -> None:
    statuses = {(each.code, each.status) for each in _problems()}
    assert _repeated(code for code, _ in statuses) == []


def test_no_two_kinds_of_id_share_a_prefix() -> None:
    prefixes = [each.prefix for each in vars(ids).values() if isinstance(each, ids.Kind)]
    assert len(prefixes) > 10
    assert _repeated(prefixes) == []


def _problems() -> Iterator[Problem]:
    for family in errors.__all__:
        module: ModuleType = getattr(errors, family)
        yield from (each for each in vars(module).values() if isinstance(each, Problem))


def _repeated(values: Iterable[object]) -> list[object]:
    return [value for value, times in Counter(values).items() if times > 1]
