"""Where recorded replies leave the document of their version."""

from collections.abc import Iterable

from hallporter.contract.api_version import ApiVersion
from tests.contract import documents
from tests.contract.recording import Recorded

# The document requires endpoints that there are not yet: nobody signs in to others through us.
_UNTRUE = frozenset(
    f"'{name}' is a required property"
    for name in (
        *("authorization_endpoint", "token_endpoint", "revocation_endpoint"),
        *("introspection_endpoint", "userinfo_endpoint"),
    )
)


def drift(replies: Iterable[Recorded], version: ApiVersion) -> dict[str, list[str]]:
    """Return the faults of replies by operation; those that no document has are left out."""
    found: dict[str, set[str]] = {}
    for reply in replies:
        document = documents.load(reply.operation.api, version)
        documented = None if document is None else document.of(reply.operation)
        if document is None or documented is None:
            continue
        differences = document.violations(documented, reply.status, reply.content_type, reply.body)
        if documented.operation_id == "getOpenIDConfiguration":
            differences = [each for each in differences if not each.endswith(tuple(_UNTRUE))]
        if differences:
            name = f"{reply.operation.api} {documented.operation_id}"
            found.setdefault(name, set()).update(f"{reply.status} {each}" for each in differences)
    return {name: sorted(listed) for name, listed in sorted(found.items())}
