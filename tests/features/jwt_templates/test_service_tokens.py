"""Tokens for other services as early SDKs ask for them: by the service's name."""

from tests.features.sign_ins.test_actor_tokens import claims_of
from tests.harness import Backend, Browser, Tenant


def test_service_is_the_template_of_its_name(backend: Backend, browser: Browser) -> None:
    backend.post("/v1/jwt_templates", name="hasura", claims={"role": "reader"}).ok()
    account = browser.sign_up()
    made = browser.post("/v1/me/tokens", service="hasura").ok().json
    claims = claims_of(made["jwt"])
    assert (made["object"], claims["sub"], claims["role"]) == ("token", account.user_id, "reader")


def test_service_without_a_template_has_no_token(browser: Browser) -> None:
    browser.sign_up()
    refused = browser.post("/v1/me/tokens", service="firebase")
    assert (refused.status, refused.codes) == (404, ["resource_not_found"])
    assert browser.post("/v1/me/tokens").codes == ["form_param_missing"]


def test_nobody_but_the_user_has_one(backend: Backend, browser: Browser, instance: Tenant) -> None:
    backend.post("/v1/jwt_templates", name="hasura", claims={}).ok()
    account = browser.sign_up()
    assert instance.browser().post("/v1/me/tokens", service="hasura").status == 401
    other = instance.browser()
    other.sign_up()
    named = {"params": {"_clerk_session_id": account.session_id}, "data": {"service": "hasura"}}
    assert other.request("POST", "/v1/me/tokens", **named).status == 401
    backend.post(f"/v1/users/{account.user_id}/password/set_compromised").ok()
    waiting = instance.browser()
    waiting.sign_in(account.email_address).ok()
    assert waiting.post("/v1/me/tokens", service="hasura").codes == ["session_pending"]
