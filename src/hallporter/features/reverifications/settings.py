"""Proving oneself anew: what browsers are told of it."""

from typing import Any

from hallporter.contract.instance import Instance


def environment(instance: Instance) -> dict[str, Any]:
    """Return what browsers are told of it."""
    return {"auth_config": {"reverification": instance.settings.reverification}}
