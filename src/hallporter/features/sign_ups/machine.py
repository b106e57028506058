"""What a sign-up still lacks, computed from the settings: its status follows."""

from collections.abc import Collection

import msgspec

from hallporter.contract.settings import AttributeSettings, Settings
from hallporter.features.sign_ups.rows import SignUpRow, SignUpStatus

IDENTIFIERS = ("email_address", "phone_number", "username", "web3_wallet")
FIELDS = (*IDENTIFIERS, "first_name", "last_name", "password")
# Fields that a code or a signature proves.
PROVED = ("email_address", "phone_number", "web3_wallet")
# What is asked for beside a user's attributes, by its name on the wire.
_CONSENT = "legal_accepted"
_COLUMNS = {"password": "password_hash", _CONSENT: "legal_accepted_at"}


class Requirements(msgspec.Struct, frozen=True):
    """The fields of a sign-up by what they are to the instance, and what is still open."""

    required: list[str]
    optional: list[str]
    missing: list[str]
    unverified: list[str]

    @property
    def are_met(self) -> bool:
        """Whether nothing is open."""
        return not self.missing and not self.unverified


def requirements(
    row: SignUpRow,
    settings: Settings,
    *,
    proved: Collection[str],
    is_proved_elsewhere: bool = False,
) -> Requirements:
    """Return the fields that the instance requires and those that `row` still lacks.

    `proved` names the fields that are proved. With a proof of a provider or a wallet no password is
    required. If every identifier is optional, one of them is still required.
    """
    needs_password = not is_proved_elsewhere and "web3_wallet" not in proved
    attributes = {name: attribute(settings, name) for name in FIELDS}
    required = [name for name, each in attributes.items() if each.enabled and each.required]
    if settings.sign_up.legal_consent_enabled:
        required.append(_CONSENT)
    identifiers = [name for name in IDENTIFIERS if attributes[name].enabled]
    is_nobody = not any(_is_given(row, name) for name in identifiers)
    if is_nobody and not is_proved_elsewhere and not set(identifiers).intersection(required):
        wanted = [*identifiers, *required]
    else:
        wanted = required
    optional = [name for name, each in attributes.items() if each.enabled and not each.required]
    return Requirements(
        required=required,
        optional=optional,
        missing=[
            name
            for name in wanted
            if not _is_given(row, name) and (name != "password" or needs_password)
        ],
        unverified=[
            name
            for name in PROVED
            if _is_given(row, name) and attributes[name].verify_at_sign_up and name not in proved
        ],
    )


def attribute(settings: Settings, name: str) -> AttributeSettings:
    """Return the settings of the attribute called `name`."""
    return getattr(settings.attributes, name)


def status_at(row: SignUpRow, now: int) -> SignUpStatus:
    """Return the stored status, time taken into account."""
    if row.status == "missing_requirements" and row.abandon_at <= now:
        return "abandoned"
    return row.status


def _is_given(row: SignUpRow, name: str) -> bool:
    return getattr(row, _COLUMNS.get(name, name)) is not None
