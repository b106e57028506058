"""Every reply that callers get, with the operation that gave it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx

from hallporter.edge.operation import Api, Operation
from hallporter.main import operations
from tests.harness import Backend, Browser


@dataclass(frozen=True)
class Recorded:
    """A reply."""

    operation: Operation
    status: int
    content_type: str
    body: Any


@dataclass
class Recorder:
    """Listens to callers of both APIs."""

    replies: list[Recorded] = field(default_factory=list[Recorded])

    def listen(self, *callers: Backend | Browser) -> None:
        """Record what these callers are answered from now on."""
        for caller in callers:
            api: Api = "backend" if isinstance(caller, Backend) else "frontend"
            caller.http.event_hooks = {"response": [partial(self._note, api)]}

    def _note(self, api: Api, reply: httpx.Response) -> None:
        reply.read()
        request = reply.request
        method = request.url.params.get("_method", request.method)
        self.replies.append(
            Recorded(
                operation=_operation(api, method, request.url.path),
                status=reply.status_code,
                content_type=reply.headers.get("content-type", ""),
                body=reply.json() if reply.content else None,
            )
        )


def _operation(api: Api, method: str, path: str) -> Operation:
    for operation in _most_literal_first(operations()):
        pattern = re.sub(r"{\w+}", "[^/]+", operation.path)
        if (operation.api, operation.method) == (api, method) and re.fullmatch(pattern, path):
            return operation
    raise AssertionError(f"{api} {method} {path} is no operation")


def _most_literal_first(catalogue: Sequence[Operation]) -> list[Operation]:
    return sorted(catalogue, key=lambda each: each.path.count("{"))
