"""The page, from the catalogue of operations and the published documents."""

from collections.abc import Iterator, Mapping, Sequence

from hallporter.contract.api_version import ApiVersion
from hallporter.edge.operation import Api, Operation
from tests.contract.documents import Document, Documented, key

Drift = Mapping[str, Sequence[str]]
_HEAD = """\
# Compatibility

What of Clerk's API this release answers, held against Clerk's published OpenAPI documents.
`make ledger ARGS=--write` makes this page from the running application, and `make ledger` fails
when it is out of date.
"""
_REPLIES = """\
## Replies, by version

Every operation is called at least once in each dated version, and its replies held against the
schemas that the document of that version has for it. What a document calls nullable may be null.

| Version | Backend API | Frontend API | Operations whose replies differ |
|---|---|---|---|
"""


def render(
    catalogue: Sequence[Operation],
    documents: Mapping[tuple[Api, ApiVersion], Document],
    drift: Mapping[ApiVersion, Drift],
) -> str:
    """Return the page; `drift` has the faults of replies by version and operation."""
    newest = max(drift)
    parts = [_HEAD, *_replies(catalogue, documents, drift)]
    for api in ("backend", "frontend"):
        own = [each for each in catalogue if each.api == api]
        parts += _api(api, own, documents[api, newest], newest)
    return "\n".join(parts).rstrip() + "\n"


def _replies(
    catalogue: Sequence[Operation],
    documents: Mapping[tuple[Api, ApiVersion], Document],
    drift: Mapping[ApiVersion, Drift],
) -> Iterator[str]:
    rows: list[str] = []
    for version in sorted(drift, reverse=True):
        served = [each for each in catalogue if each.serves(version)]
        backend = _fraction(served, "backend", documents["backend", version])
        frontend = _fraction(served, "frontend", documents["frontend", version])
        rows.append(f"| {version} | {backend} | {frontend} | {len(drift[version]) or 'none'} |\n")
    yield _REPLIES + "".join(rows)
    for version in sorted(drift, reverse=True):
        if drift[version]:
            yield f"### Differences in {version}\n"
            yield "".join(
                f"- `{operation}`: {difference}\n"
                for operation, differences in drift[version].items()
                for difference in differences
            )


def _fraction(catalogue: Sequence[Operation], api: Api, document: Document) -> str:
    own = {key(each.method, each.path) for each in catalogue if each.api == api}
    return f"{len(own & document.operations.keys())} of {len(document.operations)}"


def _api(
    api: Api, catalogue: Sequence[Operation], document: Document, newest: ApiVersion
) -> Iterator[str]:
    ours = {key(each.method, each.path) for each in catalogue if each.serves(newest)}
    tags: dict[str, list[Documented]] = {}
    for documented in document.operations.values():
        tags.setdefault(documented.tag, []).append(documented)
    yield f"## {api.capitalize()} API, {newest}\n"
    yield "| Tag | Done | Implemented | Missing |\n|---|---|---|---|"
    begun = {tag: each for tag, each in tags.items() if any(_is_in(ours, one) for one in each)}
    for tag, documented in begun.items():
        done = [each.operation_id for each in documented if _is_in(ours, each)]
        missing = [each.operation_id for each in documented if not _is_in(ours, each)]
        yield f"| {tag} | {len(done)}/{len(documented)} | {_codes(done)} | {_codes(missing)} |"
    left = [f"{tag} ({len(each)})" for tag, each in tags.items() if tag not in begun]
    yield f"\nNot begun: {', '.join(left) or 'nothing'}.\n"
    extras = "".join(_extras(catalogue, document))
    yield f"Beyond the document:\n{extras}" if extras else "Beyond the document: nothing.\n"


def _is_in(ours: set[tuple[str, str]], documented: Documented) -> bool:
    return key(documented.method, documented.path) in ours


def _extras(catalogue: Sequence[Operation], document: Document) -> Iterator[str]:
    for operation in catalogue:
        if document.of(operation) is None:
            missing = sorted(operation.missing_from)
            before = f", before {missing[0]}" if missing else ""
            yield f"\n- `{operation.method} {operation.path}`{before}"


def _codes(names: Sequence[str]) -> str:
    return " ".join(f"`{name}`" for name in names) or "–"
