"""What early SDKs ask for where a page cannot have the client's cookie."""

import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.harness import Browser, Tenant


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """A development instance."""
    return make_instance(Settings(test_mode=True), environment_type="development")


def test_page_on_our_host_gets_its_dev_browser_as_a_cookie(
    browser: Browser, instance: Tenant
) -> None:
    account = browser.sign_up()
    browser.post("/v1/dev_browser/set_first_party_cookie").ok()
    token = browser.cookie("__clerk_db_jwt")
    assert token
    elsewhere = instance.browser()
    found = elsewhere.get("/v1/client", __clerk_db_jwt=token).ok().body
    assert [each["id"] for each in found["sessions"]] == [account.session_id]


def test_new_page_gets_one_for_a_client_to_come(browser: Browser) -> None:
    browser.post("/v1/dev_browser/set_first_party_cookie").ok()
    found = browser.get("/v1/client", __clerk_db_jwt=browser.cookie("__clerk_db_jwt")).ok()
    assert found.body is None


def test_no_page_in_a_frame_is_given_one(browser: Browser) -> None:
    refused = browser.get("/v1/dev_browser/init", origin="http://localhost:3000")
    assert (refused.status, refused.codes) == (400, ["dev_browser_init_unsupported"])
