"""2026-05-12: older clerk-js, of generation 5, knows no status `needs_client_trust`."""

from hallporter.contract.api_version import V2026_05_12
from hallporter.versions.change import Fields, VersionChange


def _as_second_factor(fields: Fields) -> Fields:
    if fields.get("status") != "needs_client_trust":
        return fields
    return {**fields, "status": "needs_second_factor"}


CHANGES = (
    VersionChange(
        since=V2026_05_12,
        description="Sign-ins that wait for the proof of a new browser have a status of their own.",
        object="sign_in_attempt",
        undo=_as_second_factor,
    ),
)
