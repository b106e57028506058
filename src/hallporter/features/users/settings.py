"""Users: what browsers are told of what they may do, and of what locks them out."""

from typing import Any

from hallporter.contract.instance import Instance


def environment(instance: Instance) -> dict[str, Any]:
    """Return what browsers are told of them."""
    lockout = instance.settings.lockout
    user_lockout = {
        "enabled": lockout.enabled,
        "max_attempts": lockout.max_attempts,
        "duration_in_minutes": lockout.duration_in_minutes,
    }
    actions = {
        "delete_self": instance.settings.delete_self,
        "create_organization": False,
        "create_organizations_limit": None,
    }
    return {
        "user_settings": {
            "actions": actions,
            "attack_protection": {"user_lockout": user_lockout},
        },
    }
