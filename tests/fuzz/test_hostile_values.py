"""Every operation, with what breaks programs in each of its fields: as JSON and as a form."""

import json
import random
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import msgspec

from hallporter.contract.upload import Upload
from hallporter.edge.operation import Operation
from hallporter.main import operations
from tests.fuzz.places import HARMLESS, SECONDS, Places, is_server_error

# What a client's own library still sends.
_LONGEST_QUERY = 8_000
_DEEP = "[" * 120 + "]" * 120
# Raw JSON: what a serializer would refuse to write is sent all the same.
HOSTILE: list[str] = [
    *('""', '" "', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udfff\\ud800"', '"\\ufeff"'),
    *('"\\u202e"', '"\\uffff"', '"\\r\\nx: y"', '"%00"', '"\'; --"', '"../../x"', '"{{7}}"'),
    *('"http://[::1"', '"http://localhost:99999/"', '"//x"', '"@"', '"a@"', '"+"', '"+1"'),
    *("null", "true", "-1", "0", "1.5", "1e308", "1e999", str(2**31), str(2**63), str(10**40)),
    *("[]", "{}", '[""]', "[null]", "[[]]", '{"":""}', '{"a":null}'),
    *('["\\u0000"]', '{"\\u0000":1}'),
    *('"2026-02-30T00:00:00Z"', '"0000-01-01T00:00:00Z"', '"9999-12-31T23:59:59-23:59"', '"NaN"'),
    *(json.dumps("x" * 300), json.dumps("\u00e9" * 9_000), json.dumps("x" * 70_000)),
    *(_DEEP, json.dumps(["x"] * 2_000), json.dumps({str(n): n for n in range(2_000)})),
]
IN_PATHS = [
    *("%00", "%ff%fe", "%F0%9F%98%80", "x" * 3_000, "%2e%2e%2f", "'", "%0d%0ax", "user_", "%20"),
]
Call = tuple[Operation, dict[str, Any]]


def test_no_value_of_any_field_is_a_fault_of_ours(places: Places) -> None:
    calls = [*_with_fields(), *_with_paths()]
    assert len(calls) > 10_000
    random.shuffle(calls)
    server_errors: list[str] = []
    until = time.monotonic() + SECONDS
    for operation, request in calls:
        if time.monotonic() > until:
            break
        reply = places.call(operation, **request)
        if is_server_error(operation, reply):
            server_errors.append(f"{operation.name} {str(request)[:300]}: {reply.status}")
    assert server_errors == []


def _with_fields() -> Iterator[Call]:
    for operation in operations():
        for shape, of_query in ((operation.body, False), (operation.query, True)):
            for field in _fields(shape):
                for hostile in HOSTILE:
                    yield from _encoded(operation, shape, field, hostile, of_query=of_query)


def _encoded(
    operation: Operation, shape: Any, field: str, hostile: str, *, of_query: bool
) -> Iterator[Call]:
    others = {name: HARMLESS[name] for name in _fields(shape) if name != field and name in HARMLESS}
    as_text = json.loads(hostile) if hostile.startswith('"') else hostile
    if "\ud800" not in as_text:
        plain = [(field, as_text), *((name, _text(value)) for name, value in others.items())]
        form = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in plain)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if of_query and len(as_text) < _LONGEST_QUERY:
            yield operation, {"params": dict(plain)}
        elif not of_query:
            yield operation, {"content": form.encode(), "headers": headers}
    if not of_query:
        pairs = [f"{json.dumps(field)}:{hostile}"]
        pairs += [f"{json.dumps(name)}:{json.dumps(value)}" for name, value in others.items()]
        body = "{" + ",".join(pairs) + "}"
        headers = {"Content-Type": "application/json"}
        yield operation, {"content": body.encode(), "headers": headers}


def _with_paths() -> Iterator[Call]:
    for operation in operations():
        for hostile in IN_PATHS if "{" in operation.path else ():
            yield operation, {"path": re.sub(r"{\w+}", hostile, operation.path)}


def _fields(shape: Any) -> list[str]:
    if shape is None or shape is Upload:
        return []
    return [each.encode_name for each in msgspec.structs.fields(shape)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
