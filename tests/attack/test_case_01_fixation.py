"""Case 1: whoever knew a client's token before a sign-in knows nothing after it."""

from tests.conftest import Make
from tests.handshakes import cookies_of
from tests.house import Browser, Clock, Tenant


def test_case_01_sign_in_gives_the_client_a_new_token(instance: Tenant, browser: Browser) -> None:
    account = instance.browser().sign_up()
    browser.post("/v1/client").ok()
    before, client_id = browser.cookie("__client"), browser.client_id
    browser.sign_in(account.email_address).ok()
    assert browser.cookie("__client") != before
    assert browser.client_id == client_id


def test_case_01_token_planted_before_a_sign_in_opens_nothing_after_it(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    account = instance.browser().sign_up()
    browser.post("/v1/client").ok()
    planted = browser.cookie("__client")
    session_id = browser.sign_in(account.email_address).ok().body["created_session_id"]
    attacker = instance.browser()
    attacker.http.cookies.set("__client", planted or "")
    assert attacker.get("/v1/client").json == {"response": None, "client": None}
    assert attacker.get("/v1/me").codes == ["client_token_superseded"]
    token = attacker.post(f"/v1/client/sessions/{session_id}/tokens")
    assert token.codes == ["client_token_superseded"]
    clock.advance(seconds=11)
    assert attacker.post(f"/v1/client/sessions/{session_id}/tokens").status == 401


def test_case_01_sign_up_rotates_the_token_too(browser: Browser) -> None:
    browser.post("/v1/client").ok()
    before = browser.cookie("__client")
    browser.sign_up()
    assert browser.cookie("__client") != before


def test_case_01_sign_out_rotates_the_token_too(browser: Browser) -> None:
    account = browser.sign_up()
    before = browser.cookie("__client")
    browser.post(f"/v1/client/sessions/{account.session_id}/end").ok()
    assert browser.cookie("__client") != before


def test_case_01_link_cannot_sign_a_browser_in_as_somebody_else_in_production(
    instance: Tenant, browser: Browser
) -> None:
    # `__clerk_db_jwt` in an address stands for a client. Only development browsers need that.
    attacker = instance.browser()
    dev_browser = attacker.post("/v1/dev_browser").ok().json["token"]
    attacker.params["__clerk_db_jwt"] = dev_browser
    attacker.sign_up()
    found = browser.get("/v1/client", __clerk_db_jwt=dev_browser).ok()
    assert found.body is None
    cookies = cookies_of(instance, browser, __clerk_db_jwt=dev_browser)
    assert cookies["__session"] == ""
    assert cookies["__client_uat"] == "0"


def test_case_01_dev_browser_stands_for_its_client_in_development(make_instance: Make) -> None:
    tenant = make_instance(environment_type="development")
    first = tenant.browser()
    first.params["__clerk_db_jwt"] = first.post("/v1/dev_browser").ok().json["token"]
    first.post("/v1/client").ok()
    elsewhere = tenant.browser()
    elsewhere.params = first.params
    assert elsewhere.client_id == first.client_id
