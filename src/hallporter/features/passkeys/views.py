"""Passkeys as the outside sees them."""

from typing import Literal

import msgspec

from hallporter.contract.ids import PasskeyId
from hallporter.contract.objects import Moment, WireObject
from hallporter.features.passkeys.rows import PasskeyRow, ShownPasskeyRow


class PasskeyVerification(WireObject, frozen=True, tag="verification_passkey"):
    """Where the registration stands; `nonce` is what the browser is to be asked, in JSON."""

    status: str
    strategy: Literal["passkey"]
    attempts: int | None
    expire_at: Moment
    nonce: str | msgspec.UnsetType


class Passkey(WireObject, frozen=True, tag="passkey"):
    """A passkey."""

    id: PasskeyId
    name: str
    last_used_at: Moment | None
    verification: PasskeyVerification | None
    created_at: Moment
    updated_at: Moment


def passkey(
    row: PasskeyRow | ShownPasskeyRow, *, nonce: str | None = None, expire_at: int | None = None
) -> Passkey:
    """Return a passkey; `nonce` and `expire_at` (ms) while it waits for the browser's answer."""
    return Passkey(
        id=row.id,
        name=row.name,
        last_used_at=row.last_used_at,
        verification=PasskeyVerification(
            status="verified" if _is_verified(row) else "unverified",
            strategy="passkey",
            attempts=None,
            expire_at=row.created_at if expire_at is None else expire_at,
            nonce=msgspec.UNSET if nonce is None else nonce,
        ),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _is_verified(row: PasskeyRow | ShownPasskeyRow) -> bool:
    return isinstance(row, ShownPasskeyRow) or row.status == "verified"
