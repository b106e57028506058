"""Connecting accounts in a profile: asked for, confirmed, renewed, taken away."""

from typing import Any

from hallporter.contract.settings import Attributes, AttributeSettings, Settings
from tests.conftest import Make
from tests.harness import Backend, Browser, Reply, Tenant, new_address
from tests.social.browsing import (
    BACK,
    HOME,
    SSO_CALLBACK,
    STRATEGY,
    address_of,
    go_and_return,
    new_name,
    sign_up_by_visit,
)
from tests.social.conftest import connect
from tests.social.provider import OpenIdProvider, query_of

PATH = "/v1/me/external_accounts"


def begin_to_connect(browser: Browser, **more: Any) -> Reply:
    return browser.post(PATH, strategy=STRATEGY, **{**BACK, **more})


def accounts(browser: Browser) -> list[dict[str, Any]]:
    return browser.get("/v1/me").ok().body["external_accounts"]


def test_an_account_is_connected_with_its_address(browser: Browser) -> None:
    account, name = browser.sign_up(), new_name()
    begun = begin_to_connect(browser)
    assert begun.ok().body["object"] == "external_account"
    assert begun.body["verification"]["status"] == "unverified"
    assert go_and_return(browser, begun, name) == HOME
    user = browser.get("/v1/me").ok().body
    [connected] = user["external_accounts"]
    assert connected["verification"]["status"] == "verified"
    assert connected["provider_user_id"] == name
    addresses = {each["email_address"]: each for each in user["email_addresses"]}
    assert set(addresses) == {account.email_address, f"{name}@example.com"}
    assert user["primary_email_address_id"] == addresses[account.email_address]["id"]


def test_an_unfinished_visit_leaves_nothing_behind(browser: Browser) -> None:
    browser.sign_up()
    begin_to_connect(browser).ok()
    begun = begin_to_connect(browser)
    assert [each["verification"]["status"] for each in accounts(browser)] == ["unverified"]
    assert go_and_return(browser, begun, new_name(), denies=True) == SSO_CALLBACK
    [failed] = accounts(browser)
    assert failed["verification"]["error"]["code"] == "oauth_access_denied"
    assert go_and_return(browser, begin_to_connect(browser), new_name()) == HOME
    assert [each["verification"]["status"] for each in accounts(browser)] == ["verified"]


def test_an_account_of_somebody_else_stays_theirs(instance: Tenant, browser: Browser) -> None:
    name = new_name()
    sign_up_by_visit(browser, name)
    with instance.browser() as other:
        other.sign_up()
        assert go_and_return(other, begin_to_connect(other), name) == SSO_CALLBACK
        [failed] = accounts(other)
        assert failed["verification"]["error"]["code"] == "oauth_identification_claimed"
        assert failed["provider_user_id"] == ""


def test_somebody_elses_address_is_not_added(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    name = new_name()
    backend.create_user(email_address=[f"{name}@example.com"])
    browser.sign_up()
    assert go_and_return(browser, begin_to_connect(browser), name) == HOME
    user = browser.get("/v1/me").ok().body
    assert [each["provider_user_id"] for each in user["external_accounts"]] == [name]
    assert len(user["email_addresses"]) == 1


def test_consent_is_renewed_for_the_same_account_only(browser: Browser) -> None:
    name = new_name()
    id = sign_up_by_visit(browser, name)["external_accounts"][0]["id"]
    path = f"{PATH}/{id}/reauthorize"
    begun = browser.post(path, _method="PATCH", **BACK, additional_scope=["files"])
    assert "files" in query_of(address_of(begun))["scope"].split()
    assert go_and_return(browser, begun, name) == HOME
    assert "files" in accounts(browser)[0]["approved_scopes"].split()
    begun = browser.post(path, _method="PATCH", **BACK)
    assert go_and_return(browser, begun, new_name()) == SSO_CALLBACK
    [kept] = accounts(browser)
    assert kept["provider_user_id"] == name
    assert kept["verification"]["status"] == "verified"
    assert kept["verification"]["error"]["code"] == "oauth_account_already_connected"


def test_an_account_is_taken_away(browser: Browser) -> None:
    user = sign_up_by_visit(browser, new_name())
    path = f"{PATH}/{user['external_accounts'][0]['id']}"
    gone = browser.post(path, _method="DELETE").ok().body
    assert gone == {
        "object": "external_account",
        "id": user["external_accounts"][0]["id"],
        "deleted": True,
    }
    assert accounts(browser) == []
    assert browser.post(path, _method="DELETE").codes == ["resource_not_found"]


def test_the_only_way_in_is_not_taken_away(make_instance: Make, provider: OpenIdProvider) -> None:
    attributes = Attributes(email_address=AttributeSettings(), password=AttributeSettings())
    instance = make_instance(Settings(attributes=attributes))
    connect(instance, provider)
    with instance.browser() as browser, instance.backend() as backend:
        user = sign_up_by_visit(browser, new_name())
        assert user["email_addresses"] == []
        [account] = user["external_accounts"]
        refused = browser.post(f"{PATH}/{account['id']}", _method="DELETE")
        assert refused.codes == ["identification_deletion_failed"]
        assert go_and_return(browser, begin_to_connect(browser), new_name()) == HOME
        path = f"/v1/users/{user['id']}/external_accounts"
        assert backend.delete(f"{path}/{account['id']}").ok().json["deleted"] is True
        [left] = accounts(browser)
        assert backend.delete(f"{path}/{left['id']}").codes == ["identification_deletion_failed"]


def test_enterprise_connections_are_refused_in_words(browser: Browser) -> None:
    browser.sign_up()
    refused = browser.post(PATH, strategy="enterprise_sso", **BACK)
    assert (refused.codes, refused.params) == (["form_param_value_invalid"], ["strategy"])
    refused = browser.post(PATH, enterprise_connection_id="entc_1", **BACK)
    assert refused.params == ["enterprise_connection_id"]


def test_a_server_reads_the_providers_tokens(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    user = sign_up_by_visit(browser, new_name())
    path = f"/v1/users/{user['id']}/oauth_access_tokens"
    [held] = backend.get(f"{path}/{STRATEGY}").ok().json
    assert held["object"] == "oauth_access_token"
    assert held["external_account_id"] == user["external_accounts"][0]["id"]
    assert set(held["scopes"]) == {"openid", "email", "profile"}
    assert held["id_token"].count(".") == 2
    paged = backend.get(f"{path}/custom_mock", paginated=True).ok().json
    assert paged == {"data": [held], "total_count": 1}
    assert backend.get(f"{path}/oauth_github").codes == ["oauth_missing_access_token"]
    assert backend.get("/v1/users/user_nobody/oauth_access_tokens/google").status == 404
    # It lives for an hour, and nobody was given anything to renew it with.
    instance.harness.clock.advance(hours=2)
    assert backend.get(f"{path}/{STRATEGY}").codes == ["oauth_missing_refresh_token"]
    browser.post(f"{PATH}/{held['external_account_id']}/tokens", _method="DELETE").ok()
    assert backend.get(f"{path}/{STRATEGY}").codes == ["oauth_missing_access_token"]


def test_an_expired_token_is_renewed(instance: Tenant, backend: Backend, browser: Browser) -> None:
    instance.update(social__oauth_custom_mock__scopes=["offline_access"])
    browser.sign_up(new_address())
    begun = begin_to_connect(browser, oidc_prompt="consent")
    assert go_and_return(browser, begun, new_name()) == HOME
    user_id = browser.get("/v1/me").ok().body["id"]
    path = f"/v1/users/{user_id}/oauth_access_tokens/{STRATEGY}"
    [before] = backend.get(path).ok().json
    instance.harness.clock.advance(hours=2)
    [after] = backend.get(path).ok().json
    assert after["token"] != before["token"]
    assert after["expires_at"] > before["expires_at"]
    assert backend.get(path).ok().json == [after]
