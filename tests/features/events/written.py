"""What an instance has written down of what happened."""

import re

from hallporter.contract.events import Event
from hallporter.core.columns import columns
from hallporter.features.events.rows import EventRow
from tests.harness import Tenant

_EVENTS = f"""
    select {columns(EventRow)} from events where instance_id = $1 order by created_at, id
"""
# What there is so far; the rest belongs to organizations, roles and payments.
POSSIBLE = {
    each for each in Event if re.match(r"(user|session|email|sms|waitlistEntry)\.", each.value)
}


def events(tenant: Tenant) -> list[EventRow]:
    """Return everything, oldest first; of one moment in any order."""
    return tenant.harness.run(tenant.harness.open.db.many(EventRow, _EVENTS, tenant.id))


def types(tenant: Tenant) -> list[str]:
    """Return what happened, by name."""
    return sorted(str(each.type) for each in events(tenant))
