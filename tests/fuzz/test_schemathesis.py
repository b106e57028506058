"""Every operation, with what schemathesis makes of the types of what it takes."""

import json
import random
import time
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core import NotSet

from hallporter.edge.operation import Operation
from hallporter.main import operations
from tests.fuzz import document as openapi
from tests.fuzz.places import SECONDS, Places, is_server_error

_QUIET = settings(
    max_examples=4,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
    ],
    verbosity=Verbosity.quiet,
)


@pytest.mark.filterwarnings("ignore")
def test_nothing_made_from_the_types_is_a_fault_of_ours(places: Places) -> None:
    described = [each for api in ("backend", "frontend") for each in _described(api)]
    assert len(described) == len(operations())
    random.shuffle(described)
    server_errors: list[str] = []
    until = time.monotonic() + SECONDS
    for operation, shape in described:
        for mode in schemathesis.GenerationMode:
            if time.monotonic() < until:
                _try(places, operation, shape.as_strategy(generation_mode=mode), server_errors)
    assert server_errors == []


def _described(api: str) -> list[tuple[Operation, Any]]:
    found = {(each.method, each.path): each for each in operations() if each.api == api}
    schema: Any = schemathesis.openapi.from_dict(openapi.document(list(found.values())))
    shapes = [each.ok() for each in schema.get_all_operations()]
    return [(found[each.method.upper(), each.path], each) for each in shapes]


def _try(places: Places, operation: Operation, cases: Any, server_errors: list[str]) -> None:
    @_QUIET
    @given(case=cases)
    def send(case: Any) -> None:
        request = _request(case)
        try:
            reply = places.call(operation, case.formatted_path, **request)
        except httpx.InvalidURL:
            # Longer than a client sends.
            return
        if is_server_error(operation, reply):
            server_errors.append(f"{operation.name} {case.formatted_path} {str(request)[:300]}")

    try:
        send()
    except Unsatisfiable:
        # Nothing could be wrong with an operation that takes nothing.
        return


def _request(case: Any) -> dict[str, Any]:
    request: dict[str, Any] = {}
    query: Any = case.query
    if isinstance(query, dict):
        request["params"] = query
    return request if isinstance(case.body, NotSet) else request | _body(case.body, case.media_type)


def _body(body: Any, media_type: str) -> dict[str, Any]:
    headers = {"Content-Type": media_type}
    if isinstance(body, bytes):
        return {"content": body, "headers": headers}
    if media_type == "application/json":
        return {"content": json.dumps(body, default=str).encode(), "headers": headers}
    if isinstance(body, dict):
        return {"data": body}
    return {"content": str(body).encode("utf-8", "replace"), "headers": headers}
