"""Enterprise connections are asked for by many names, and there are none yet."""

import pytest

from tests.harness import Account, Browser, Reply, new_address


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody with a password."""
    return browser.sign_up()


def refused(reply: Reply) -> None:
    """Expect that the strategy is named as what is not there."""
    assert (reply.status, reply.codes) == (422, ["form_param_value_invalid"])
    assert reply.params == ["strategy"]
    assert "enterprise connection" in reply.json["errors"][0]["long_message"]


@pytest.mark.parametrize("strategy", ["enterprise_sso", "saml"])
def test_nobody_signs_in_by_one(browser: Browser, account: Account, strategy: str) -> None:
    browser.post(f"/v1/client/sessions/{account.session_id}/end").ok()
    back = {"redirect_url": "http://localhost:3000/", "strategy": strategy}
    path = "/v1/client/sign_ins"
    refused(browser.post(path, **back))
    refused(browser.post(path, identifier=account.email_address, **back))
    refused(browser.post(path, identifier="nobody@unknown.example", **back))
    begun = browser.post(path, identifier=account.email_address).ok()
    refused(browser.post(f"{path}/{begun.body['id']}/prepare_first_factor", **back))


@pytest.mark.parametrize("strategy", ["enterprise_sso", "saml"])
def test_nobody_signs_up_by_one(browser: Browser, strategy: str) -> None:
    back = {"redirect_url": "http://localhost:3000/", "strategy": strategy}
    path = "/v1/client/sign_ups"
    refused(browser.post(path, email_address=new_address(), **back))
    begun = browser.post(path, email_address=new_address()).ok()
    refused(browser.post(f"{path}/{begun.body['id']}/prepare_verification", **back))
    assert browser.get(f"{path}/{begun.body['id']}/enterprise_connections").ok().body == []


@pytest.mark.parametrize("strategy", ["enterprise_sso", "saml"])
def test_nobody_is_connected_by_one(browser: Browser, account: Account, strategy: str) -> None:
    back = {"redirect_url": "http://localhost:3000/", "strategy": strategy}
    refused(browser.post("/v1/me/external_accounts", **back))
    named = browser.post("/v1/me/external_accounts", enterprise_connection_id="ent_1")
    assert named.params == ["enterprise_connection_id"]
    assert browser.get("/v1/me/enterprise_connections").ok().body == []
    path = f"/v1/client/sessions/{account.session_id}/verify"
    browser.post(path, level="first_factor").ok()
    refused(browser.post(f"{path}/prepare_first_factor", strategy=strategy))
