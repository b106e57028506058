"""A user's revision moves with each change of what they are shown with, and with nothing else."""

import secrets
from collections.abc import Callable

import pytest

from tests.harness import Account, Backend, Browser, Tenant

# A row of each table that a User object shows, changed as nobody else would.
CHANGES = {
    "users": "update users set first_name = first_name where id = $1",
    "credentials": "update credentials set updated_at = updated_at + 1 where user_id = $1",
    "identifications": "update identifications set updated_at = updated_at where user_id = $1",
    "identifications: deleted": "delete from identifications where user_id = $1",
    "external_accounts": """
        insert into external_accounts (
            id, instance_id, user_id, identification_id, strategy, provider_user_id, issuer,
            approved_scopes, email_address, email_address_verified, first_name, last_name,
            image_url, username, public_metadata, label, status, created_at, updated_at
        )
        select 'eac_' || $1, instance_id, id, 'idn_' || $1, 'oauth_google', $1, 'https://a.test',
            '', 'a@a.test', true, '', '', null, null, '{}', null, 'verified', 1, 1
        from users where id = $1
    """,
    "passkeys": """
        insert into passkeys (
            id, instance_id, user_id, client_id, verification_id, name, status, created_at,
            updated_at
        )
        select 'psk_' || $1, instance_id, user_id, client_id, 'ver_', 'Key', 'unverified', 1, 1
        from sessions where user_id = $1
    """,
    "profile_images": """
        insert into profile_images (id, instance_id, user_id, media_type, content, created_at)
        select 'img_' || $1, instance_id, id, 'image/png', 'x', 1 from users where id = $1
    """,
}


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody signed in."""
    return browser.sign_up()


@pytest.fixture
def revision(instance: Tenant, account: Account) -> Callable[[], int | None]:
    """Read the user's revision."""

    def read() -> int | None:
        sql = "select revision from user_revisions where instance_id = $1 and user_id = $2"
        db = instance.harness.open.db
        return instance.harness.run(db.value(sql, instance.id, account.user_id))

    return read


@pytest.mark.parametrize("change", CHANGES)
def test_each_table_of_a_user_moves_it(
    instance: Tenant, account: Account, revision: Callable[[], int | None], change: str
) -> None:
    before = revision()

    async def write() -> None:
        async with instance.harness.open.db.write() as tx:
            await tx.execute(CHANGES[change], account.user_id)

    instance.harness.run(write())
    assert before is not None
    assert revision() not in (None, before)


def test_reading_and_minting_leave_it(
    browser: Browser, account: Account, revision: Callable[[], int | None]
) -> None:
    before = revision()
    browser.token(account.session_id)
    browser.get("/v1/client").ok()
    browser.get("/v1/me").ok()
    assert revision() == before


def test_it_goes_with_its_user(
    backend: Backend, account: Account, revision: Callable[[], int | None]
) -> None:
    backend.delete(f"/v1/users/{account.user_id}").ok()
    assert revision() is None


def test_a_user_without_one_is_shown_all_the_same(
    instance: Tenant, browser: Browser, backend: Backend, account: Account
) -> None:
    """As are users of before there were any, while a release is installed."""
    db = instance.harness.open.db
    sql = "delete from user_revisions where instance_id = $1 and user_id = $2 returning 1"
    assert instance.harness.run(db.value(sql, instance.id, account.user_id)) == 1
    for name in (secrets.token_hex(4), secrets.token_hex(4)):
        backend.patch(f"/v1/users/{account.user_id}", first_name=name).ok()
        user = browser.get("/v1/client").ok().body["sessions"][0]["user"]
        assert user["first_name"] == name


def test_whatever_a_user_is_read_from_moves_it(instance: Tenant) -> None:
    sql = """
        select array_agg(distinct u.table_name::text) from information_schema.view_table_usage u
        where u.view_name = 'user_details' and not exists (
            select from pg_trigger t
            where t.tgrelid = u.table_name::regclass and t.tgname = 'move_revision'
        )
    """
    assert instance.harness.run(instance.harness.open.db.value(sql)) is None
