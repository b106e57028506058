"""Requests of older versions, made new before anything reads them; and operations by version."""

from collections.abc import Iterable, Mapping

from hallporter.contract.api_version import ApiVersion
from hallporter.versions.catalogue import CHANGES
from hallporter.versions.change import Fields, OperationsChange, RequestChange, VersionChange


def of_operation(
    operation: str, changes: Iterable[VersionChange] = CHANGES
) -> tuple[RequestChange, ...]:
    """Return what changed about requests for an operation (`backend update_user`)."""
    return tuple(
        change
        for change in changes
        if isinstance(change, RequestChange) and operation in change.operations
    )


def upgraded(fields: Fields, changes: Iterable[RequestChange], version: ApiVersion) -> Fields:
    """Return the fields of a request of `version` as requests of today have them."""
    for change in changes:
        if version < change.since:
            fields = change.upgrade(fields)
    return fields


def gone(
    fields: Fields, changes: Iterable[RequestChange], version: ApiVersion
) -> Mapping[str, str]:
    """Return which of `fields` a request of `version` has no more, and what is to be used."""
    return {
        name: instead
        for change in changes
        if version >= change.since
        for name, instead in change.gone.items()
        if fields.get(name) is not None
    }


def is_served(
    operation: str, version: ApiVersion, changes: Iterable[VersionChange] = CHANGES
) -> bool:
    """Tell whether `version` has an operation: one is there unless a change says otherwise."""
    for change in changes:
        if isinstance(change, OperationsChange):
            if operation in change.added and version < change.since:
                return False
            if operation in change.removed and version >= change.since:
                return False
    return True
