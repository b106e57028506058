"""What the words of a message may speak of: Clerk's template variables, as far as they are known.

Names and shapes are those of Clerk's email and SMS templates and of the `email.created` event.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ua_parser import parse

from hallporter.contract.instance import Instance
from hallporter.core.clock import MINUTE
from hallporter.features.messages.kinds import KINDS
from hallporter.features.messages.rows import Facts, MessageRow

# Given as ms since the epoch, shown as a date.
_MOMENTS = frozenset({"unlock_time"})
_UNKNOWN = "an unknown device"


def variables_of(instance: Instance, row: MessageRow, facts: Facts) -> dict[str, Any]:
    """Return every variable of a message by name."""
    browser_name, operating_system = _device(facts.user_agent)
    device = ", ".join(name for name in (browser_name, operating_system) if name)
    moment = _moment(facts.at)
    given = {
        name: _moment(int(fact)) if name in _MOMENTS else fact for name, fact in facts.given.items()
    }
    return {
        "app": _app(instance),
        "current_year": datetime.fromtimestamp(facts.at / 1000, UTC).year,
        "requested_at": moment,
        "requested_by": device or _UNKNOWN,
        "requested_from": facts.ip,
        "session_created_at": moment,
        "browser_name": browser_name,
        "operating_system": operating_system,
        "ip_address": facts.ip,
        "primary_email_address": row.recipient,
        "ttl_minutes": None if row.expire_at is None else -(-(row.expire_at - facts.at) // MINUTE),
        "invitation": {"expires_in_days": given.pop("expires_in_days", None)},
        **dict.fromkeys(KINDS[row.slug].optional),
        **given,
    }


def _app(instance: Instance) -> Mapping[str, str | None]:
    display = instance.settings.display
    return {
        "name": display.application_name,
        "url": display.home_url or f"https://{instance.home_domain}",
        "domain_name": instance.home_domain,
        "logo_image_url": display.logo_image_url,
        "support_email": display.support_email,
    }


def _device(user_agent: str) -> tuple[str, str]:
    """Return the names of browser and operating system, empty where unknown; they prove nothing."""
    found = parse(user_agent)
    browser = "" if found.user_agent is None else found.user_agent.family
    return browser, "" if found.os is None else found.os.family


def _moment(at: int) -> str:
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
