"""The page that hallporter began with: Clerk's Clients API of March 2021, to the letter."""

from tests.house import Browser, Tenant

SEED_ORDER = [
    "object",
    "id",
    "session_ids",
    "sign_in_attempt_id",
    "sign_up_attempt_id",
    "last_active_session_id",
    "created_at",
    "updated_at",
]


def test_undated_client_begins_with_the_pages_fields_in_seconds(
    instance: Tenant, browser: Browser
) -> None:
    account = browser.sign_up()
    with instance.backend(version=None) as backend:
        client = backend.client(browser.client_id)
    assert list(client)[:8] == SEED_ORDER
    assert client["session_ids"] == [account.session_id]
    assert client["created_at"] < 10**11
    assert client["updated_at"] < 10**11
