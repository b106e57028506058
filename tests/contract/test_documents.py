"""Our replies, held against Clerk's published OpenAPI documents of each version."""

import pytest

from hallporter.contract.api_version import DATED, NEWEST, ApiVersion
from hallporter.edge.operation import Operation
from hallporter.main import operations
from tests.conftest import Make
from tests.contract import documents
from tests.contract.drift import drift
from tests.contract.walk import SETTINGS, walk


@pytest.mark.parametrize("version", DATED)
def test_replies_fit_the_document_of_their_version(
    make_instance: Make, version: ApiVersion
) -> None:
    replies = walk(make_instance(SETTINGS), version)
    served = {_route(each) for each in operations() if each.serves(version)}
    assert {_route(each.operation) for each in replies} == served
    assert drift(replies, version) == {}


def test_endpoints_are_named_after_their_operation_ids() -> None:
    names: dict[str, set[str]] = {}
    for operation in operations():
        document = documents.load(operation.api, NEWEST)
        documented = None if document is None else document.of(operation)
        if documented is not None:
            names.setdefault(f"{operation.api} {operation.name}", set()).add(documented.name)
    assert {
        endpoint: said for endpoint, said in names.items() if endpoint.split()[1] not in said
    } == {}


def _route(operation: Operation) -> tuple[str, str, str]:
    return operation.api, operation.method, operation.path
