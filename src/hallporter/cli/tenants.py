"""Instances as the commands see them: with their secret key in the clear."""

import logging

import msgspec

from hallporter.contract.settings import Settings
from hallporter.contract.settings_rules import Subject
from hallporter.core.clock import SystemClock
from hallporter.core.crypto_box import CryptoBox, UnsealError
from hallporter.core.database import Reader
from hallporter.core.operator_error import OperatorError
from hallporter.features.directory.directory import DEFAULT
from hallporter.features.instances import actions as instance_actions
from hallporter.features.instances import (
    given_keys,
    secret_keys,
    signing_keys,
    stored_settings,
)
from hallporter.features.instances.rows import InstanceRow

log = logging.getLogger(__name__)


class Tenant(msgspec.Struct, frozen=True):
    """An instance with its settings and the secret key for applications."""

    row: InstanceRow
    settings: Settings
    secret_key: str
    has_weak_secret_key: bool
    jwt_key: str
    """What verifies its session tokens without asking the server."""
    is_fallback: bool
    """Whether the server takes requests that name no instance for this one's."""

    @property
    def subject(self) -> Subject:
        """What the safety rules look at."""
        return Subject(
            slug=self.row.slug,
            frontend_host=self.row.frontend_host,
            settings=self.settings,
            has_weak_secret_key=self.has_weak_secret_key,
        )


async def all_of(db: Reader, box: CryptoBox) -> list[Tenant]:
    """Return every instance that can be read, oldest first; the others are logged."""
    rows = await instance_actions.all_instances(db)
    now = SystemClock().now()
    found: list[Tenant] = []
    for row in rows:
        try:
            found.append(await _tenant(db, box, row, now, is_only=len(rows) == 1))
        except (msgspec.MsgspecError, UnsealError, ValueError) as unreadable:
            # One that is broken must not keep the others from being served.
            log.error("Instance %s cannot be read: %s.", row.slug, unreadable)
    return found


async def _tenant(
    db: Reader, box: CryptoBox, row: InstanceRow, now: int, *, is_only: bool
) -> Tenant:
    found = await secret_keys.named(db, box, row.id)
    signing = await signing_keys.at(db, row.id, now)
    return Tenant(
        row=row,
        settings=stored_settings.read(row.settings, row.slug),
        secret_key=secret_keys.shown(found),
        has_weak_secret_key=any(
            each.secret is not None and given_keys.is_weak(each.secret) for each in found
        ),
        jwt_key=signing_keys.jwt_key(box, signing.current.row),
        is_fallback=is_only or row.slug == DEFAULT,
    )


def chosen(tenants: list[Tenant], name: str | None) -> Tenant:
    """Return the instance with this name; without a name, the one that needs none."""
    for tenant in tenants:
        if tenant.row.slug == name or (name is None and tenant.is_fallback):
            return tenant
    if not tenants:
        raise OperatorError("There is no instance yet: `hallporter serve` makes the first one.")
    names = ", ".join(tenant.row.slug for tenant in tenants)
    said = "Say which instance" if name is None else f"There is no instance named {name}"
    raise OperatorError(f"{said}: there are {names}.")
