"""One instance that cannot be read stops no other, and keeps nothing that was taken from it."""

from collections.abc import Iterator

import pytest

from hallporter.contract.settings import Settings
from tests.harness import Harness, Tenant


@pytest.fixture
def unreadable(harness: Harness) -> Iterator[Tenant]:
    """An instance whose settings no release can have written."""
    tenant = harness.make_instance()
    kept = _run(harness, "select settings from instances where id = $1", tenant)
    _spoil(harness, tenant)
    yield tenant
    _change(harness, "update instances set settings = $2::jsonb where id = $1", tenant, kept)


def _spoil(harness: Harness, tenant: Tenant) -> None:
    _change(harness, "update instances set settings = '\"no settings\"' where id = $1", tenant)


def _run(harness: Harness, sql: str, tenant: Tenant) -> object:
    return harness.run(harness.open.db.value(sql, tenant.id))


def _change(harness: Harness, sql: str, tenant: Tenant, *more: object) -> None:
    async def change() -> None:
        async with harness.open.db.write() as tx:
            await tx.execute(sql, tenant.id, *more)
            await tx.execute(
                "update instances set revision = revision + 1 where id = $1", tenant.id
            )
        await harness.server.directory.refresh()

    harness.run(change())


def test_others_are_read_anew_and_it_goes_on_as_it_was(
    unreadable: Tenant, harness: Harness
) -> None:
    other = harness.make_instance()
    other.update(display__application_name="Night desk")
    with other.browser() as browser:
        shown = browser.get("/v1/environment").ok().json["display_config"]
        assert shown["application_name"] == "Night desk"
    with unreadable.browser() as browser, unreadable.backend() as backend:
        browser.get("/v1/environment").ok()
        backend.get("/v1/users").ok()


def test_its_revoked_secret_key_stops_working(unreadable: Tenant, harness: Harness) -> None:
    with unreadable.backend() as backend:
        backend.get("/v1/users").ok()
        _change(harness, "delete from secret_keys where instance_id = $1", unreadable)
        assert backend.get("/v1/users").status == 401


def test_its_withdrawn_signing_key_is_shown_no_more(harness: Harness) -> None:
    tenant = harness.make_instance()
    _change(
        harness,
        "insert into signing_keys (kid, instance_id, private_key_encrypted, created_at)"
        " select 'ins_' || md5(kid), instance_id, private_key_encrypted, created_at - 1"
        " from signing_keys where instance_id = $1",
        tenant,
    )
    with tenant.browser() as browser:
        assert len(browser.get("/.well-known/jwks.json").ok().json["keys"]) == 2
        _spoil(harness, tenant)
        _change(
            harness,
            "delete from signing_keys where instance_id = $1 and created_at <"
            " (select max(created_at) from signing_keys where instance_id = $1)",
            tenant,
        )
        assert len(browser.get("/.well-known/jwks.json").ok().json["keys"]) == 1


def test_a_key_sealed_under_another_master_key_stops_no_other(harness: Harness) -> None:
    tenant = harness.make_instance(Settings(test_mode=True))
    _change(
        harness,
        "update signing_keys set private_key_encrypted = 'other.sealed' where instance_id = $1",
        tenant,
    )
    other = harness.make_instance()
    with other.browser() as browser:
        browser.get("/v1/environment").ok()
    with tenant.browser() as browser:
        # The key that is known goes on signing: the table still names it.
        browser.sign_up()
