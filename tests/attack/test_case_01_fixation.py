"""Case 1: whoever knew a client's token before a sign-in knows nothing after it."""

from tests.conftest import Make
from tests.handshakes import cookies_of
from tests.harness import Browser, Clock, Tenant


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
    assert attacker.get("/v1/client").codes == ["client_token_superseded"]
    assert attacker.get("/v1/me").codes == ["client_token_superseded"]
    token = attacker.post(f"/v1/client/sessions/{session_id}/tokens")
    assert token.codes == ["client_token_superseded"]
    clock.advance(seconds=11)
    assert attacker.get("/v1/client").json == {"response": None, "client": None}
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


def test_case_01_cookie_planted_beside_the_good_one_makes_both_count_for_nothing(
    instance: Tenant, browser: Browser
) -> None:
    # A page under the same parent domain can set it; the browser sends both, in either order.
    browser.sign_up()
    attacker = instance.browser()
    attacker.sign_up()
    good, planted = browser.cookie("__client"), attacker.cookie("__client")
    for shown in (f"{planted}; __client={good}", f"{good}; __client={planted}"):
        victim = instance.browser()
        victim.http.headers["Cookie"] = f"__client={shown}"
        assert victim.get("/v1/client").json == {"response": None, "client": None}
        assert victim.get("/v1/me").codes == ["authentication_invalid"]
        begun = victim.post("/v1/client/sign_ins", identifier="nobody@example.com")
        assert "meta" not in begun.json
    assert len(browser.get("/v1/client").body["sessions"]) == 1
    assert len(attacker.get("/v1/client").body["sessions"]) == 1


def test_case_01_old_and_new_token_of_one_client_go_on_working(
    instance: Tenant, browser: Browser
) -> None:
    # Instances under one host have set it at two paths.
    browser.post("/v1/client").ok()
    old = browser.cookie("__client")
    account = browser.sign_up()
    new = browser.cookie("__client")
    for shown in (f"{old}; __client={new}", f"{new}; __client={old}", f"{new}; __client=else"):
        both = instance.browser()
        both.http.headers["Cookie"] = f"__client={shown}"
        assert both.token(account.session_id)
