"""What is secret among the settings is stored encrypted, wherever it stands."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

import msgspec
from msgspec.structs import fields

from hallporter.contract.ids import InstanceId
from hallporter.contract.settings import Settings
from hallporter.contract.settings.values import Group, Key
from hallporter.features.instances import store
from tests.conftest import Make
from tests.house import House, Tenant


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


async def stored(house: House, tenant: Tenant) -> dict[str, Any]:
    """Return the settings as the database has them."""
    row = await store.instance_by_id(house.open.db, InstanceId(tenant.id))
    assert row is not None
    return msgspec.json.decode(row.settings)


def test_secrets_stand_where_they_are_sealed() -> None:
    assert PATHS == ["mail.password", "sms.password", "social.oauth_github.client_secret"]


def test_secrets_are_sealed_when_an_instance_is_made(house: House, make_instance: Make) -> None:
    tenant = make_instance(msgspec.convert(given("first"), Settings))
    found = house.run(stored(house, tenant))
    for path in PATHS:
        assert house.open.box.decrypt(at(found, path)) == f"first {path}".encode()


def test_secrets_are_sealed_when_they_change_and_kept_otherwise(
    house: House, make_instance: Make
) -> None:
    tenant = make_instance(msgspec.convert(given("first"), Settings))
    before = house.run(stored(house, tenant))
    tenant.update(display__application_name="Shop")
    assert [at(house.run(stored(house, tenant)), path) for path in PATHS] == [
        at(before, path) for path in PATHS
    ]
    for path in PATHS:
        tenant.update(**{path.replace(".", "__"): f"second {path}"})
        found = house.run(stored(house, tenant))
        assert house.open.box.decrypt(at(found, path)) == f"second {path}".encode()
