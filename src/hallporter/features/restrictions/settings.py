"""The lists of who may sign up: what browsers are told of them."""

from typing import Any

from hallporter.contract.instance import Instance


def environment(instance: Instance) -> dict[str, Any]:
    """Return what browsers are told of them."""
    restrictions = instance.settings.restrictions
    switches = {
        "allowlist": restrictions.allowlist,
        "blocklist": restrictions.blocklist,
        # Who has an account keeps it: the lists are asked at sign-up alone.
        "allowlist_blocklist_disabled_on_sign_in": True,
        "block_email_subaddresses": restrictions.block_email_subaddresses,
        "block_disposable_email_domains": restrictions.block_disposable_email_domains,
    }
    known = {name: {"enabled": enabled} for name, enabled in switches.items()}
    return {"user_settings": {"restrictions": known}}
