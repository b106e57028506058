"""What the words of a message may speak of: Clerk's template variables, as far as they are known.

Names and shapes are those of Clerk's email and SMS templates and of its `email.created` event.
"""

import re
from datetime import UTC, datetime
from typing import Any, cast

from hallporter.contract.instance import Instance
from hallporter.core.clock import MINUTE
from hallporter.features.messages.devices import device_of
from hallporter.features.messages.kinds import KINDS
from hallporter.features.messages.rows import Facts, MessageRow

# Given as ms since the epoch, told as a date.
_MOMENTS = frozenset({"unlock_time"})
# For requests whose address is unknown, behind a proxy that is not trusted.
_UNKNOWN = "an unknown address"
# Control characters, line and paragraph separators, and what turns the direction of a line round.
_UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def variables_of(instance: Instance, row: MessageRow, facts: Facts) -> dict[str, Any]:
    """Return every variable of a message by name."""
    device, at = device_of(facts.user_agent), _moment(facts.at)
    given = {
        name: _moment(int(fact)) if name in _MOMENTS else fact for name, fact in facts.given.items()
    }
    found = {
        "app": _app(instance),
        "current_year": datetime.fromtimestamp(facts.at / 1000, UTC).year,
        "requested_at": at,
        "requested_by": str(device),
        "requested_from": facts.ip or _UNKNOWN,
        "session_created_at": at,
        "browser_name": device.browser_name,
        "operating_system": device.operating_system,
        "ip_address": facts.ip or _UNKNOWN,
        "primary_email_address": row.recipient,
        "ttl_minutes": None
        if row.expire_at is None
        else -(-(row.expire_at - row.created_at) // MINUTE),
        "invitation": {"expires_in_days": given.pop("expires_in_days", None)},
        **dict.fromkeys(KINDS[row.slug].optional),
        **given,
    }
    return _cleaned(found)


def _cleaned(value: Any) -> Any:
    """Return variables without what no line of text holds: users choose some of them."""
    if isinstance(value, str):
        return _UNREADABLE.sub(" ", value)
    if isinstance(value, dict):
        group = cast("dict[str, Any]", value)
        return {name: _cleaned(each) for name, each in group.items()}
    return value


def _app(instance: Instance) -> dict[str, str | None]:
    display = instance.settings.display
    return {
        "name": display.application_name,
        "url": display.home_url or f"https://{instance.home_domain}",
        "domain_name": instance.home_domain,
        "logo_image_url": display.logo_image_url,
        "support_email": display.support_email,
    }


def _moment(at: int) -> str:
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
