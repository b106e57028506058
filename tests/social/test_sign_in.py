"""Signing in by a provider: whom it means, whom it may be linked to, and what may go wrong."""

import pyotp
from pyotp.totp import TOTP

from tests.harness import Backend, Browser, Tenant
from tests.social.browsing import (
    HOME,
    SSO_CALLBACK,
    STRATEGY,
    address_of,
    begin_sign_in,
    begin_sign_up,
    go_and_return,
    new_name,
    sign_up_by_visit,
)


def accounts(backend: Backend, name: str) -> list[str]:
    """Return at which providers the user of an address has accounts."""
    [user] = backend.get("/v1/users", email_address=f"{name}@example.com").ok().json
    return [each["provider"] for each in user["external_accounts"]]


def test_whoever_came_before_comes_in_again(instance: Tenant, browser: Browser) -> None:
    name = new_name()
    user_id = sign_up_by_visit(browser, name)["id"]
    with instance.browser() as elsewhere:
        begun = begin_sign_in(elsewhere).ok()
        before = elsewhere.cookie("__client")
        assert go_and_return(elsewhere, begun, name) == HOME
        # A token that was planted before the visit does not share its session.
        assert elsewhere.cookie("__client") not in (None, before)
        assert elsewhere.cookie("__client_uat") not in (None, "0")
        user = elsewhere.get("/v1/me").ok().body
        assert user["id"] == user_id
        assert len(user["external_accounts"]) == 1
        client = elsewhere.get("/v1/client").ok().body
        assert client["last_authentication_strategy"] == STRATEGY
        assert client["sign_in"] is None


def test_an_address_that_both_sides_have_proved_links_the_account(
    backend: Backend, browser: Browser
) -> None:
    name = new_name()
    user = backend.create_user(email_address=[f"{name}@example.com"])
    assert go_and_return(browser, begin_sign_in(browser), name) == HOME
    seen = backend.get(f"/v1/users/{user['id']}").ok().json
    assert [each["provider_user_id"] for each in seen["external_accounts"]] == [name]


def test_an_address_that_the_provider_has_not_proved_links_nothing(
    backend: Backend, browser: Browser
) -> None:
    name = new_name("unproved")
    user = backend.create_user(email_address=[f"{name}@example.com"])
    assert go_and_return(browser, begin_sign_in(browser), name) == SSO_CALLBACK
    # Nor does the sign-up get the address: it is somebody's.
    begun = browser.post("/v1/client/sign_ups", transfer="true").ok()
    assert begun.body["status"] == "missing_requirements"
    assert begun.body["email_address"] is None
    assert begun.body["missing_fields"] == ["email_address"]
    assert backend.get(f"/v1/users/{user['id']}").ok().json["external_accounts"] == []


def test_an_address_that_the_user_has_not_proved_links_nothing(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    name = new_name()
    user = backend.create_user()
    given = {"user_id": user["id"], "email_address": f"{name}@example.com", "verified": False}
    backend.post("/v1/email_addresses", **given).ok()
    assert go_and_return(browser, begin_sign_in(browser), name) == SSO_CALLBACK
    browser.post("/v1/client/sign_ups", transfer="true").ok()
    assert browser.get("/v1/me").ok().body["id"] != user["id"]
    assert backend.get(f"/v1/users/{user['id']}").ok().json["external_accounts"] == []


def test_an_address_that_is_only_held_for_a_user_links_nothing(
    backend: Backend, browser: Browser
) -> None:
    name = new_name()
    given = {"email_address_identification_status": ["reserved"]}
    user = backend.create_user(email_address=[f"{name}@example.com"], **given)
    assert go_and_return(browser, begin_sign_in(browser), name) == SSO_CALLBACK
    begun = browser.post("/v1/client/sign_ups", transfer="true").ok().body
    assert begun["missing_fields"] == ["email_address"]
    assert backend.get(f"/v1/users/{user['id']}").ok().json["external_accounts"] == []


def test_the_second_factor_is_still_asked_for(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    name, secret = new_name(), pyotp.random_base32()
    backend.create_user(email_address=[f"{name}@example.com"], totp_secret=secret)
    assert go_and_return(browser, begin_sign_in(browser), name) == SSO_CALLBACK
    sign_in = browser.get("/v1/client").ok().body["sign_in"]
    assert sign_in["status"] == "needs_second_factor"
    assert sign_in["first_factor_verification"]["status"] == "verified"
    assert sign_in["first_factor_verification"]["object"] == "verification_oauth"
    # Nothing is linked before it is shown.
    assert accounts(backend, name) == []
    code = TOTP(secret).at(instance.harness.clock.now() // 1000)
    path = f"/v1/client/sign_ins/{sign_in['id']}/attempt_second_factor"
    assert browser.post(path, strategy="totp", code=code).ok().body["status"] == "complete"
    assert accounts(backend, name) == [STRATEGY]
    # From then on it is known by itself.
    browser.post("/v1/client/sessions", _method="DELETE").ok()
    assert go_and_return(browser, begin_sign_in(browser), name) == SSO_CALLBACK
    assert accounts(backend, name) == [STRATEGY]


def test_transfer_of_a_sign_up_is_no_second_factor_and_links_nothing_before_it(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    name, secret = new_name(), pyotp.random_base32()
    backend.create_user(email_address=[f"{name}@example.com"], totp_secret=secret)
    assert go_and_return(browser, begin_sign_up(browser), name) == SSO_CALLBACK
    begun = browser.post("/v1/client/sign_ins", transfer="true").ok().body
    assert (begun["status"], begun["created_session_id"]) == ("needs_second_factor", None)
    assert accounts(backend, name) == []
    # Nor is it transferred twice, or made a user of its own.
    assert browser.post("/v1/client/sign_ins", transfer="true").status >= 400
    assert browser.post("/v1/client/sign_ups", transfer="true").status >= 400
    assert browser.get("/v1/me").status == 401
    path = f"/v1/client/sign_ins/{begun['id']}/attempt_second_factor"
    code = TOTP(secret).at(instance.harness.clock.now() // 1000)
    assert browser.post(path, strategy="totp", code=code).ok().body["status"] == "complete"
    assert accounts(backend, name) == [STRATEGY]


def test_turning_back_is_told_as_clerk_tells_it(browser: Browser) -> None:
    begun = begin_sign_in(browser)
    assert go_and_return(browser, begun, new_name(), denies=True) == SSO_CALLBACK
    visit = browser.get("/v1/client").ok().body["sign_in"]["first_factor_verification"]
    assert visit["status"] == "failed"
    assert visit["error"]["code"] == "oauth_access_denied"
    assert "Mock" in visit["error"]["long_message"]


def test_somebody_signed_in_is_sent_to_their_session(browser: Browser) -> None:
    name = new_name()
    sign_up_by_visit(browser, name)
    session_id = browser.get("/v1/client").ok().body["last_active_session_id"]
    assert go_and_return(browser, begin_sign_in(browser), name) == SSO_CALLBACK
    visit = browser.get("/v1/client").ok().body["sign_in"]["first_factor_verification"]
    assert visit["status"] == "failed"
    assert visit["error"]["code"] == "identifier_already_signed_in"
    assert visit["error"]["meta"]["session_id"] == session_id


def test_a_banned_user_stays_out(instance: Tenant, backend: Backend, browser: Browser) -> None:
    name = new_name()
    user_id = sign_up_by_visit(browser, name)["id"]
    backend.post(f"/v1/users/{user_id}/ban").ok()
    with instance.browser() as elsewhere:
        assert go_and_return(elsewhere, begin_sign_in(elsewhere), name) == SSO_CALLBACK
        visit = elsewhere.get("/v1/client").ok().body["sign_in"]["first_factor_verification"]
        assert visit["error"]["code"] == "user_banned"


def test_a_known_user_is_offered_the_provider_and_may_prepare_it(
    instance: Tenant, browser: Browser
) -> None:
    name = new_name()
    user = sign_up_by_visit(browser, name)
    address = user["email_addresses"][0]["email_address"]
    with instance.browser() as elsewhere:
        begun = elsewhere.post("/v1/client/sign_ins", identifier=address).ok().body
        assert {"strategy": STRATEGY} in begun["supported_first_factors"]
        path = f"/v1/client/sign_ins/{begun['id']}/prepare_first_factor"
        back = {"redirect_url": SSO_CALLBACK, "action_complete_redirect_url": HOME}
        prepared = elsewhere.post(path, strategy=STRATEGY, **back)
        assert go_and_return(elsewhere, prepared, name) == HOME
        assert elsewhere.get("/v1/me").ok().body["id"] == user["id"]
        other = elsewhere.tenant.browser()
    with other:
        begun = other.post("/v1/client/sign_ins", identifier=address).ok().body
        path = f"/v1/client/sign_ins/{begun['id']}/prepare_first_factor"
        prepared = other.post(path, strategy=STRATEGY, **back)
        assert go_and_return(other, prepared, new_name()) == SSO_CALLBACK
        visit = other.get("/v1/client").ok().body["sign_in"]["first_factor_verification"]
        assert visit["error"]["code"] == "external_account_not_found"


def test_what_is_not_set_up_says_so(instance: Tenant, browser: Browser) -> None:
    nowhere = begin_sign_in(browser, redirect_url="")
    assert (nowhere.codes, nowhere.params) == (["form_param_missing"], ["redirect_url"])
    assert begin_sign_in(browser, "oauth_nobody").codes == ["oauth_unsupported_provider"]
    assert begin_sign_in(browser, "oauth_custom_other").codes == ["oauth_unsupported_provider"]
    assert begin_sign_in(browser, "oauth_github").codes == ["oauth_provider_not_enabled"]
    instance.update(social__oauth_github__enabled=True)
    assert begin_sign_in(browser, "oauth_github").codes == ["oauth_config_missing"]
    instance.update(social__oauth_custom_mock__authenticatable=False)
    assert begin_sign_in(browser).codes == ["oauth_non_authenticatable_provider"]


def test_the_provider_is_told_what_the_app_wants(browser: Browser) -> None:
    begun = begin_sign_in(browser, oidc_prompt="login", oidc_login_hint="ada@example.com")
    url = address_of(begun)
    assert "prompt=login" in url
    assert "login_hint=ada%40example.com" in url
    assert "code_challenge_method=S256" in url
    assert "nonce=" in url


def test_the_components_are_told_which_providers_there_are(
    instance: Tenant, browser: Browser
) -> None:
    instance.update(social__oauth_github__enabled=True, social__oauth_box__enabled=False)
    social = browser.get("/v1/environment").ok().json["user_settings"]["social"]
    assert list(social) == [STRATEGY, "oauth_github"]
    assert social[STRATEGY] == {
        "enabled": True,
        "required": False,
        "authenticatable": True,
        "block_email_subaddresses": False,
        "strategy": STRATEGY,
        "not_selectable": False,
        "deprecated": False,
        "name": "Mock",
        "logo_url": None,
    }
    assert social["oauth_github"]["name"] == "GitHub"
    assert browser.get("/v1/environment").json["display_config"]["google_one_tap_client_id"] is None
    instance.update(social__oauth_google__client_id="ours")
    display = browser.get("/v1/environment").ok().json["display_config"]
    assert display["google_one_tap_client_id"] == "ours"


def test_nothing_begins_beside_somebody_who_acts_in_a_users_place(
    backend: Backend, browser: Browser
) -> None:
    user = backend.create_user()
    given = {"user_id": user["id"], "actor": {"sub": "user_of_support"}}
    ticket = backend.post("/v1/actor_tokens", **given).ok().json["token"]
    browser.post("/v1/client/sign_ins", strategy="ticket", ticket=ticket).ok()
    refused = begin_sign_in(browser)
    # As by password: nobody is sent to a provider for nothing.
    assert (
        refused.codes
        == browser.sign_in("anybody@example.com").codes
        == ["session_creation_not_allowed"]
    )
