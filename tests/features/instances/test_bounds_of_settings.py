"""A setting beyond its bounds is refused; one that is stored beyond them stops nobody."""

import json
from typing import Any

import msgspec
import pytest

from hallporter.contract.ids import InstanceId
from hallporter.contract.settings import Settings
from hallporter.core.operator_error import OperatorError
from hallporter.features.instances import store as instance_store
from hallporter.features.instances import stored_settings
from tests.conftest import Make
from tests.harness import Harness, Tenant

BEYOND: dict[str, Any] = {
    "session": {"lifetime_seconds": -5, "of_a_later_release": 1},
    "session_token_ttl_seconds": 94_608_000,
    "password": {"min_length": 0, "max_length": 100_000},
    "mail": {"port": 70_000, "host": "smtp example"},
    "lockout": {"max_attempts": 0},
    "api_version": "banana",
    "allowed_origins": ["https://app.example.com", "no origin"],
    "satellite_proxy_urls": {"": "https://a.example", "b.example": "https://b.example"},
    "social": {"oauth_google": {"client_id": "a", "of_a_later_release": {}}},
    "attributes": {"phone_number": {"first_factors": ["phone_code", "S-M-S"]}},
    "preferred_channels": {"DE": "sms", "FR\n": "sms"},
    "native_apps": {
        "android": [
            {"package_name": "com.example.app", "sha256_cert_fingerprints": ["x"]},
            {"package_name": "com.example.app\n", "sha256_cert_fingerprints": []},
        ]
    },
    "of_a_later_release": True,
}


async def store_as_it_is(harness: Harness, tenant: Tenant, settings: dict[str, Any]) -> None:
    """Write settings past every check, as a release with other bounds did."""
    row = await instance_store.instance_by_id(harness.open.db, InstanceId(tenant.id))
    assert row is not None
    row = msgspec.structs.replace(row, settings=msgspec.Raw(json.dumps(settings).encode()))
    async with harness.open.db.write() as tx:
        assert await instance_store.update_instance(tx, row, harness.clock.now())
    await harness.server.directory.refresh()


def test_what_is_stored_beyond_its_bounds_is_read_as_the_nearest(
    harness: Harness, make_instance: Make
) -> None:
    tenant = make_instance(Settings(test_mode=True))
    harness.run(store_as_it_is(harness, tenant, {"test_mode": True, **BEYOND}))
    account = tenant.browser().sign_up()
    assert account.session_id

    held = harness.server.directory.by_slug(tenant.slug)
    assert held is not None
    settings = held.settings
    assert settings.session.lifetime_seconds == 60
    assert settings.session_token_ttl_seconds == 86_400
    assert (settings.password.min_length, settings.password.max_length) == (8, 128)
    assert (settings.mail.port, settings.mail.host) == (65_535, "")
    assert settings.lockout.max_attempts == 1
    assert settings.api_version is None
    assert settings.allowed_origins == ["https://app.example.com"]
    assert settings.satellite_proxy_urls == {"b.example": "https://b.example"}
    assert settings.social["oauth_google"].client_id == "a"
    assert settings.attributes.phone_number.first_factors == ["phone_code"]
    assert settings.preferred_channels == {"DE": "sms"}
    [app] = settings.native_apps.android
    assert (app.package_name, app.sha256_cert_fingerprints) == ("com.example.app", [])


def test_another_setting_may_be_changed_beside_it(harness: Harness, make_instance: Make) -> None:
    tenant = make_instance(Settings(test_mode=True))
    stored = {"test_mode": True, "session_token_claims": {"aud": "shop"}, **BEYOND}
    harness.run(store_as_it_is(harness, tenant, stored))
    tenant.update(display__application_name="Concierge")
    environment = tenant.browser().get("/v1/environment").ok().json
    assert environment["display_config"]["application_name"] == "Concierge"
    with pytest.raises(OperatorError, match="cannot hold aud"):
        tenant.update(session_token_claims={"aud": "other"})


def test_a_word_that_is_not_known_is_not_guessed_at() -> None:
    stored = msgspec.Raw(b'{"sign_up":{"mode":"by_lottery"}}')
    # As `public` it would let everybody in.
    with pytest.raises(msgspec.ValidationError, match=r"\$\.sign_up\.mode"):
        stored_settings.read(stored, "default")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"session__lifetime_seconds": -5}, "session.lifetime_seconds: expected `int` >= 60"),
        ({"social": {"oauth_google": {"client_id": "a\nb"}}}, "one line without control"),
        ({"preferred_channels": {"Germany": "sms"}}, "preferred_channels: expected text"),
        ({"preferred_channels": {"DE\n": "sms"}}, "preferred_channels: expected text"),
        ({"social": {"oauth_google\n": {"client_id": "a"}}}, "social: expected text"),
        ({"native_apps__apple": ["ABCDE12345.com.example\n"]}, "native_apps.apple"),
        ({"mail__password": "x" * 20_000}, "mail.password: expected `str` of length <= 16384"),
    ],
)
def test_what_is_set_beyond_its_bounds_is_refused(
    make_instance: Make, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(OperatorError, match=said) as refused:
        make_instance(Settings(test_mode=True)).update(**changes)
    assert "xxx" not in str(refused.value)
