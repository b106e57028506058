"""The ledger says what is done, missing, beyond and different, and nothing about this machine."""

import os
import subprocess
import sys
from typing import Any

from hallporter.contract.api_version import V2025_11_10, V2026_05_12, ApiVersion
from hallporter.edge.operation import Api, Operation
from hallporter.main import operations
from tests.contract.documents import Document
from tests.contract.published import ABSENT
from tests.ledger.page import render

OWN = [each for each in operations() if each.path == "/v1/clients/{client_id}"]


def document(*operation_ids: str) -> Document:
    """Return a document with these operations on clients; the first is our own."""
    paths: dict[str, Any] = {}
    for number, operation_id in enumerate(operation_ids):
        path = "/clients/{id}" + f"/{number}" * (number > 0)
        paths[path] = {"get": {"operationId": operation_id, "tags": ["Clients"], "responses": {}}}
    return Document("backend", {"paths": paths})


def page(catalogue: list[Operation], *operation_ids: str, drift: dict[str, list[str]]) -> str:
    """Return the page for one tag of the Backend API and two versions."""
    found = document(*operation_ids)
    empty = Document("frontend", {"paths": {}})
    documents: dict[tuple[Api, ApiVersion], Document] = {}
    for version in (V2025_11_10, V2026_05_12):
        documents |= {("backend", version): found, ("frontend", version): empty}
    return render(catalogue, documents, {V2025_11_10: drift, V2026_05_12: {}})


def test_implemented_and_missing_operations_stand_by_tag() -> None:
    text = page(OWN, "GetClient", "PaintClient", drift={})
    assert "| Clients | 1/2 | `GetClient` | `PaintClient` |" in text
    assert "| 2026-05-12 | 1 of 2 | 0 of 0 | none |" in text


def test_tags_without_an_operation_are_not_begun() -> None:
    text = page([], "GetClient", "PaintClient", drift={})
    assert "Not begun: Clients (2)." in text


def test_operations_that_no_document_has_are_named() -> None:
    text = page(operations(), "GetClient", drift={})
    assert "- `GET /v1/clients/handshake_payload`" in text
    assert "- `POST /v1/sessions/{session_id}/verify`, before 2025-04-10" in text


def test_replies_that_differ_are_told() -> None:
    text = page(OWN, "GetClient", drift={"backend GetClient": ["200 id: is missing"]})
    assert "| 2025-11-10 | 1 of 1 | 0 of 0 | 1 |" in text
    assert "### Differences in 2025-11-10\n\n- `backend GetClient`: 200 id: is missing\n" in text


def test_ledger_passes_and_says_so_without_documents() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ledger"],
        env={**os.environ, "HALLPORTER_SPEC": "/nowhere"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ABSENT
