"""Signing up by a provider: what it told is taken over, what it did not prove is asked for."""

from hallporter.contract.settings import Attributes, AttributeSettings, Settings
from tests.conftest import Make
from tests.harness import TEST_CODE, Browser, Tenant
from tests.social.browsing import (
    BACK,
    HOME,
    SSO_CALLBACK,
    STRATEGY,
    begin_sign_in,
    begin_sign_up,
    go_and_return,
    new_name,
    sign_up_by_visit,
)
from tests.social.conftest import connect
from tests.social.provider import OpenIdProvider, query_of


def test_a_stranger_becomes_a_user_with_what_the_provider_told(browser: Browser) -> None:
    name = new_name()
    user = sign_up_by_visit(browser, name)
    assert (user["first_name"], user["last_name"]) == ("Ada", "Lovelace")
    assert user["password_enabled"] is False
    [account] = user["external_accounts"]
    assert account["provider"] == STRATEGY
    assert account["provider_user_id"] == name
    assert account["verification"]["status"] == "verified"
    [address] = user["email_addresses"]
    assert address["email_address"] == f"{name}@example.com"
    assert address["verification"]["object"] == "verification_from_oauth"
    assert address["verification"]["strategy"] == f"from_{STRATEGY}"
    assert address["linked_to"] == [{"type": STRATEGY, "id": account["identification_id"]}]
    assert user["primary_email_address_id"] == address["id"]
    client = browser.get("/v1/client").ok().body
    assert client["last_authentication_strategy"] == STRATEGY
    assert client["sign_up"] is None


def test_an_app_may_name_its_page_by_path(browser: Browser) -> None:
    begun = begin_sign_up(browser, action_complete_redirect_url="/home")
    assert go_and_return(browser, begun, new_name()) == HOME


def test_an_address_that_the_provider_has_not_proved_is_proved_here(browser: Browser) -> None:
    name = new_name("unproved+clerk_test")
    assert go_and_return(browser, begin_sign_up(browser), name) == SSO_CALLBACK
    sign_up = browser.get("/v1/client").ok().body["sign_up"]
    assert sign_up["status"] == "missing_requirements"
    assert sign_up["missing_fields"] == []
    assert sign_up["unverified_fields"] == ["email_address"]
    assert sign_up["verifications"]["external_account"]["status"] == "verified"
    path = f"/v1/client/sign_ups/{sign_up['id']}"
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    done = browser.post(f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE)
    assert done.ok().body["status"] == "complete"
    user = browser.get("/v1/me").ok().body
    [account] = user["external_accounts"]
    assert account["provider_user_id"] == name
    assert account["email_address_verified"] is False
    assert user["email_addresses"][0]["linked_to"] == []


def test_what_the_instance_wants_beside_is_asked_for(
    make_instance: Make, provider: OpenIdProvider
) -> None:
    wanted = AttributeSettings(enabled=True, required=True)
    attributes = Attributes(username=wanted)
    instance = make_instance(Settings(test_mode=True, attributes=attributes))
    connect(instance, provider)
    with instance.browser() as browser:
        # No name of theirs is one here: it holds a character that we do not allow.
        name = new_name("ada.lovelace")
        assert go_and_return(browser, begin_sign_up(browser), name) == SSO_CALLBACK
        sign_up = browser.get("/v1/client").ok().body["sign_up"]
        assert sign_up["missing_fields"] == ["username"]
        path = f"/v1/client/sign_ups/{sign_up['id']}"
        done = browser.post(path, _method="PATCH", username=f"ada_{name[-8:]}").ok()
        assert done.body["status"] == "complete"
        assert browser.get("/v1/me").ok().body["external_accounts"][0]["provider_user_id"] == name


def test_a_provider_may_prove_who_has_begun_to_sign_up(instance: Tenant, browser: Browser) -> None:
    instance.update(attributes__username__enabled=True, attributes__username__required=True)
    name = new_name()
    begun = browser.post("/v1/client/sign_ups", email_address=f"{name}@example.com").ok().body
    path = f"/v1/client/sign_ups/{begun['id']}"
    gone = browser.post(path, _method="PATCH", strategy=STRATEGY, **BACK)
    assert gone.ok().body["id"] == begun["id"]
    assert go_and_return(browser, gone, name) == SSO_CALLBACK
    sign_up = browser.get("/v1/client").ok().body["sign_up"]
    assert (sign_up["id"], sign_up["missing_fields"]) == (begun["id"], ["username"])
    assert sign_up["unverified_fields"] == []
    done = browser.post(path, _method="PATCH", username=f"ada_{name[-8:]}").ok()
    assert done.body["status"] == "complete"
    [account] = browser.get("/v1/me").ok().body["external_accounts"]
    assert account["provider_user_id"] == name


def test_who_is_invited_may_sign_up_by_a_provider(instance: Tenant, browser: Browser) -> None:
    instance.update(sign_up__mode="restricted")
    invited, other = new_name(), new_name()
    with instance.backend() as backend:
        address = f"{invited}@example.com"
        url = backend.post("/v1/invitations", email_address=address).ok().json["url"]
    ticket = query_of(url)["ticket"]
    begun = browser.post("/v1/client/sign_ups", strategy="ticket", ticket=ticket).ok().body
    assert begun["missing_fields"] == ["password"]
    path = f"/v1/client/sign_ups/{begun['id']}"
    gone = browser.post(path, _method="PATCH", strategy=STRATEGY, **BACK)
    # Whoever they are there: the address is the one that was invited.
    assert go_and_return(browser, gone, other) == HOME
    user = browser.get("/v1/me").ok().body
    assert [each["email_address"] for each in user["email_addresses"]] == [address]
    assert user["external_accounts"][0]["provider_user_id"] == other


def test_somebody_known_is_handed_over_to_a_sign_in(instance: Tenant, browser: Browser) -> None:
    name = new_name()
    user_id = sign_up_by_visit(browser, name)["id"]
    with instance.browser() as elsewhere:
        assert go_and_return(elsewhere, begin_sign_up(elsewhere), name) == SSO_CALLBACK
        visit = elsewhere.get("/v1/client").ok().body["sign_up"]["verifications"]
        assert visit["external_account"]["status"] == "transferable"
        assert visit["external_account"]["error"]["code"] == "external_account_exists"
        done = elsewhere.post("/v1/client/sign_ins", transfer="true").ok()
        assert done.body["status"] == "complete"
        assert elsewhere.get("/v1/me").ok().body["id"] == user_id
        again = elsewhere.post("/v1/client/sign_ins", transfer="true")
        assert again.codes == ["account_transfer_invalid"]


def test_a_stranger_who_signs_in_is_handed_over_to_a_sign_up(browser: Browser) -> None:
    name = new_name()
    assert go_and_return(browser, begin_sign_in(browser), name) == SSO_CALLBACK
    sign_in = browser.get("/v1/client").ok().body["sign_in"]
    assert sign_in["status"] == "needs_identifier"
    visit = sign_in["first_factor_verification"]
    assert visit["status"] == "transferable"
    assert visit["error"]["code"] == "external_account_not_found"
    done = browser.post("/v1/client/sign_ups", transfer="true").ok()
    assert done.body["status"] == "complete"
    assert browser.get("/v1/me").ok().body["external_accounts"][0]["provider_user_id"] == name


def test_a_closed_instance_takes_nobody_from_a_provider(instance: Tenant, browser: Browser) -> None:
    instance.update(sign_up__mode="restricted")
    assert begin_sign_up(browser).codes == ["sign_up_mode_restricted"]
    assert go_and_return(browser, begin_sign_in(browser), new_name()) == SSO_CALLBACK
    assert browser.post("/v1/client/sign_ups", transfer="true").codes == ["sign_up_mode_restricted"]


def test_subaddresses_may_be_kept_out(instance: Tenant, browser: Browser) -> None:
    instance.update(social__oauth_custom_mock__block_email_subaddresses=True)
    assert go_and_return(browser, begin_sign_up(browser), new_name("ada+news")) == SSO_CALLBACK
    visit = browser.get("/v1/client").ok().body["sign_up"]["verifications"]["external_account"]
    assert visit["status"] == "failed"
    assert visit["error"]["code"] == "not_allowed_access"
    assert go_and_return(browser, begin_sign_up(browser), new_name()) == HOME
