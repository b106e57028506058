"""The page that hallporter began with: Clerk's Clients API of March 2021, to the letter."""

from tests.features.clients.seed import SEED_FIELDS
from tests.harness import Browser, Tenant


def test_undated_client_begins_with_the_pages_fields_in_seconds(
    instance: Tenant, browser: Browser
) -> None:
    account = browser.sign_up()
    with instance.backend(version=None) as backend:
        client = backend.client(browser.client_id)
    assert list(client)[:8] == SEED_FIELDS
    assert client["session_ids"] == [account.session_id]
    assert client["last_active_session_id"] == account.session_id
    assert client["sign_in_attempt_id"] is client["sign_up_attempt_id"] is None
    assert client["created_at"] < 10**11
    assert client["updated_at"] < 10**11
