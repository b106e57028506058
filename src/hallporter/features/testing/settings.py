"""Test mode: never where strangers come."""

from collections.abc import Iterator
from typing import Any

from hallporter.contract.instance import Instance
from hallporter.contract.settings_rules import Subject


def no_strangers(subject: Subject) -> Iterator[str]:
    """Yield whether strangers would know the codes."""
    if subject.settings.test_mode and not subject.is_local:
        yield subject.public("in test mode, in which everybody knows the codes", "test_mode=false")


def environment(instance: Instance) -> dict[str, Any]:
    """Return what browsers are told of it."""
    return {"auth_config": {"test_mode": instance.settings.test_mode}}
