"""Case 32: endpoints of early SDKs give foreign pages nothing, and production no dev browsers."""

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.harness import Browser, Tenant


def test_case_32_foreign_pages_get_no_dev_browser(make_instance: Make) -> None:
    tenant = make_instance(Settings(test_mode=True), environment_type="development")
    foreign = tenant.browser(origin="https://evil.example")
    refused = foreign.post("/v1/dev_browser/set_first_party_cookie")
    assert refused.codes == ["origin_invalid"]
    assert foreign.cookie("__clerk_db_jwt") is None
    framed = foreign.get("/v1/dev_browser/init", origin="https://evil.example")
    assert framed.status == 400


def test_case_32_production_has_no_dev_browsers(browser: Browser) -> None:
    browser.sign_up()
    refused = browser.post("/v1/dev_browser/set_first_party_cookie")
    assert (refused.status, refused.codes) == (403, ["feature_not_enabled"])
    assert browser.cookie("__clerk_db_jwt") is None


def test_case_32_foreign_pages_get_no_service_token(instance: Tenant) -> None:
    owner = instance.browser()
    owner.sign_up()
    with instance.backend() as server:
        server.post("/v1/jwt_templates", name="hasura", claims={}).ok()
    refused = owner.request(
        "POST",
        "/v1/me/tokens",
        data={"service": "hasura"},
        headers={"Origin": "https://evil.example"},
    )
    assert refused.codes == ["origin_invalid"]


def test_case_32_no_origin_is_related_to_our_passkeys(browser: Browser) -> None:
    refused = browser.get("/.well-known/webauthn")
    assert (refused.status, refused.codes) == (404, ["resource_not_found"])
    assert "origins" not in refused.json
