"""What is secret among the settings is stored encrypted, wherever it stands."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

import msgspec
from msgspec.structs import fields

from hallporter.contract.ids import InstanceId
from hallporter.contract.settings import Settings
from hallporter.contract.settings.values import Group, Key
from hallporter.features.instances import store as instance_store
from tests.conftest import Make
from tests.harness import Harness, Tenant


def secrets(kind: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every secret in `kind`; `oauth_github` stands for any name."""
    if kind == Key:
        yield path
    elif isinstance(kind, type) and issubclass(kind, Group):
        for field in fields(kind):
            yield from secrets(field.type, f"{path}.{field.encode_name}".lstrip("."))
    else:
        name = ".oauth_github" if get_origin(kind) is dict else ""
        for part in get_args(kind):
            yield from secrets(part, f"{path}{name}" if get_origin(kind) is dict else f"{path}[]")


PATHS = list(secrets(Settings))


def given(word: str) -> dict[str, Any]:
    """Return settings in which every secret is told by its own path, and a word."""
    settings: dict[str, Any] = {}
    for path in PATHS:
        *groups, name = path.split(".")
        group = settings
        for each in groups:
            group = group.setdefault(each, {})
        group[name] = f"{word} {path}"
    return settings


def at(settings: dict[str, Any], path: str) -> str:
    """Return what stands at a path."""
    found: Any = settings
    for name in path.split("."):
        found = found[name]
    return found


async def stored(harness: Harness, tenant: Tenant) -> dict[str, Any]:
    """Return the settings as the database has them."""
    row = await instance_store.instance_by_id(harness.open.db, InstanceId(tenant.id))
    assert row is not None
    return msgspec.json.decode(row.settings)


def test_secrets_stand_where_they_are_sealed() -> None:
    assert PATHS == ["mail.password", "sms.password", "social.oauth_github.client_secret"]


def test_secrets_are_sealed_when_an_instance_is_made(harness: Harness, make_instance: Make) -> None:
    tenant = make_instance(msgspec.convert(given("first"), Settings))
    found = harness.run(stored(harness, tenant))
    for path in PATHS:
        assert harness.open.box.decrypt(at(found, path)) == f"first {path}".encode()


def test_secrets_are_sealed_when_they_change_and_kept_otherwise(
    harness: Harness, make_instance: Make
) -> None:
    tenant = make_instance(msgspec.convert(given("first"), Settings))
    before = harness.run(stored(harness, tenant))
    tenant.update(display__application_name="Shop")
    assert [at(harness.run(stored(harness, tenant)), path) for path in PATHS] == [
        at(before, path) for path in PATHS
    ]
    for path in PATHS:
        tenant.update(**{path.replace(".", "__"): f"second {path}"})
        found = harness.run(stored(harness, tenant))
        assert harness.open.box.decrypt(at(found, path)) == f"second {path}".encode()
