"""Case 38: the heads that are remembered take the memory that they are counted with."""

import gc
import string
import tracemalloc
from collections.abc import Callable, MutableMapping
from itertools import islice, product
from typing import Any

import pytest

from hallporter.core.remembered import Remembered
from hallporter.edge.asgi import AsgiScope
from tests.harness import Tenant

Lines = list[tuple[bytes, bytes]]
_PAIRS = ["".join(pair) for pair in product(string.ascii_letters + string.digits, repeat=2)]
_MANY = 60


def _plain(_: int) -> tuple[bytes, Lines]:
    return b"_is_native=1", [(b"accept", b"*/*")]


def _query(_: int) -> tuple[bytes, Lines]:
    return "&".join(islice(_PAIRS, 1_300)).encode(), []


def _values(n: int) -> tuple[bytes, Lines]:
    return "&".join(f"{n}{each}={each}" for each in islice(_PAIRS, 400)).encode(), []


def _repeated(_: int) -> tuple[bytes, Lines]:
    return b"&".join([b"a"] * 1_900), []


def _headers(_: int) -> tuple[bytes, Lines]:
    return b"", [(f"x-{each}".encode(), each.encode()) for each in islice(_PAIRS, 190)]


def _cookies(_: int) -> tuple[bytes, Lines]:
    return b"", [(b"cookie", ";".join(f"__client={each}" for each in _PAIRS[:300]).encode())]


@pytest.mark.parametrize("made", [_plain, _query, _values, _repeated, _headers, _cookies])
def test_case_38_a_head_of_many_short_parts_is_counted_in_full(
    instance: Tenant, monkeypatch: pytest.MonkeyPatch, made: Callable[[int], tuple[bytes, Lines]]
) -> None:
    counted: list[int] = []
    put = Remembered[object, object].put

    def noted(self: Remembered[object, object], key: object, found: object, size: int) -> None:
        counted.append(size)
        put(self, key, found, size)

    async def ask(first: int, last: int) -> None:
        for n in range(first, last):
            await instance.harness.server(_scope(instance, n, *made(n)), _receive, _ignore)

    # What is made once for all of them.
    instance.harness.run(ask(0, 10))
    monkeypatch.setattr(Remembered, "put", noted)
    gc.collect()
    tracemalloc.start()
    try:
        instance.harness.run(ask(10, 10 + _MANY))
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(counted) == _MANY
    assert taken < sum(counted)


def _scope(instance: Tenant, n: int, query: bytes, lines: Lines) -> AsgiScope:
    headers = [(b"host", instance.host.encode()), (b"x-n", f"{n}".encode()), *lines]
    return {
        "type": "http",
        "method": "GET",
        "path": "/v1/environment",
        "query_string": query,
        "scheme": "http",
        "http_version": "1.1",
        "server": ("127.0.0.1", 4100),
        "client": ("127.0.0.1", 1),
        "headers": headers,
    }


async def _receive() -> MutableMapping[str, Any]:
    return {"type": "http.request"}


async def _ignore(_: MutableMapping[str, Any]) -> None:
    pass
