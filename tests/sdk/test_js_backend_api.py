"""The Backend API through @clerk/backend's own resources."""

import pytest

from tests.harness import PASSWORD, Browser, Clock, new_address
from tests.sdk.node import Sdk, SdkError


def test_clients_are_listed_with_their_sessions(sdk: Sdk, browser: Browser) -> None:
    account = browser.sign_up()
    found = sdk.call("clients.getClientList")
    assert found["totalCount"] == 1
    [client] = found["data"]
    assert client["id"] == browser.client_id
    assert client["sessionIds"] == [account.session_id]
    assert client["sessions"][0]["userId"] == account.user_id
    assert client["lastActiveSessionId"] == account.session_id


def test_client_is_read_by_its_id(sdk: Sdk, browser: Browser) -> None:
    account = browser.sign_up()
    client = sdk.call("clients.getClient", browser.client_id)
    assert client["id"] == browser.client_id
    assert client["sessions"][0]["id"] == account.session_id


def test_client_is_verified_by_its_session_token(sdk: Sdk, browser: Browser) -> None:
    token = browser.token(browser.sign_up().session_id)
    assert sdk.call("clients.verifyClient", token)["id"] == browser.client_id


def test_client_is_verified_by_its_own_token(sdk: Sdk, browser: Browser) -> None:
    browser.sign_up()
    token = browser.cookie("__client")
    assert sdk.call("clients.verifyClient", token)["id"] == browser.client_id


def test_unknown_client_is_a_clerk_error_with_a_trace(sdk: Sdk) -> None:
    with pytest.raises(SdkError) as refused:
        sdk.call("clients.getClient", "client_2ZVzN6h5kD9cXm1Qp8TfL0aWyB3")
    assert refused.value.status == 404
    assert len(refused.value.codes) == 1
    assert refused.value.trace_id


def test_users_made_by_a_server_sign_in(sdk: Sdk, browser: Browser) -> None:
    address = new_address()
    user = sdk.call("users.createUser", {"emailAddress": [address], "password": PASSWORD})
    assert user["primaryEmailAddressId"] == user["emailAddresses"][0]["id"]
    assert browser.sign_in(address).ok().body["status"] == "complete"


def test_users_are_read_listed_and_counted(sdk: Sdk, browser: Browser) -> None:
    account = browser.sign_up()
    assert sdk.call("users.getUser", account.user_id)["id"] == account.user_id
    found = sdk.call("users.getUserList", {"emailAddress": [account.email_address]})
    assert [user["id"] for user in found["data"]] == [account.user_id]
    assert found["totalCount"] == sdk.call("users.getCount") == 1


def test_user_is_changed(sdk: Sdk, browser: Browser) -> None:
    id = browser.sign_up().user_id
    assert sdk.call("users.updateUser", id, {"firstName": "Ada"})["firstName"] == "Ada"
    sdk.call("users.updateUserMetadata", id, {"publicMetadata": {"a": 1}})
    merged = sdk.call("users.updateUserMetadata", id, {"publicMetadata": {"b": 2}})
    assert merged["publicMetadata"] == {"a": 1, "b": 2}


def test_password_is_verified_for_a_server(sdk: Sdk, browser: Browser) -> None:
    id = browser.sign_up().user_id
    assert sdk.call("users.verifyPassword", {"userId": id, "password": PASSWORD})["verified"]
    with pytest.raises(SdkError) as refused:
        sdk.call("users.verifyPassword", {"userId": id, "password": "not this one"})
    assert refused.value.status == 422


def test_banned_user_is_signed_out_everywhere(sdk: Sdk, browser: Browser) -> None:
    account = browser.sign_up()
    assert sdk.call("users.banUser", account.user_id)["banned"]
    assert sdk.call("sessions.getSession", account.session_id)["status"] != "active"
    assert browser.sign_in(account.email_address).codes == ["user_banned"]
    assert not sdk.call("users.unbanUser", account.user_id)["banned"]


def test_locked_user_is_unlocked(sdk: Sdk, browser: Browser) -> None:
    id = browser.sign_up().user_id
    assert sdk.call("users.lockUser", id)["locked"]
    assert not sdk.call("users.unlockUser", id)["locked"]


def test_deleted_user_is_gone(sdk: Sdk, browser: Browser) -> None:
    id = browser.sign_up().user_id
    assert sdk.call("users.deleteUser", id)["deleted"]
    with pytest.raises(SdkError) as refused:
        sdk.call("users.getUser", id)
    assert refused.value.status == 404


def test_email_address_is_added_read_and_deleted(sdk: Sdk, browser: Browser) -> None:
    address = new_address()
    given = {"userId": browser.sign_up().user_id, "emailAddress": address, "verified": True}
    made = sdk.call("emailAddresses.createEmailAddress", given)
    assert sdk.call("emailAddresses.getEmailAddress", made["id"])["emailAddress"] == address
    changed = sdk.call("emailAddresses.updateEmailAddress", made["id"], {"primary": True})
    assert changed["verification"]["status"] == "verified"
    assert sdk.call("emailAddresses.deleteEmailAddress", made["id"])["deleted"]


def test_sessions_are_made_listed_and_revoked(sdk: Sdk, browser: Browser) -> None:
    account = browser.sign_up()
    made = sdk.call("sessions.createSession", {"userId": account.user_id})
    listed = sdk.call("sessions.getSessionList", {"userId": account.user_id, "status": "active"})
    assert {each["id"] for each in listed["data"]} == {account.session_id, made["id"]}
    assert listed["totalCount"] == 2
    assert sdk.call("sessions.revokeSession", account.session_id)["status"] == "revoked"
    assert browser.get("/v1/client").ok().body["sessions"] == []


def test_session_token_is_minted_for_a_server(sdk: Sdk, browser: Browser) -> None:
    account = browser.sign_up()
    token = sdk.call("sessions.getToken", account.session_id, None, 3_600)
    claims = sdk.verify_by_jwks(token["jwt"])
    assert claims["sid"] == account.session_id
    assert claims["exp"] - claims["iat"] == 3_600


def test_ticket_signs_a_user_in_once(sdk: Sdk, browser: Browser) -> None:
    with sdk.tenant.browser() as elsewhere:
        user_id = elsewhere.sign_up().user_id
    made = sdk.call("signInTokens.createSignInToken", {"userId": user_id, "expiresInSeconds": 600})
    reply = browser.post("/v1/client/sign_ins", strategy="ticket", ticket=made["token"]).ok()
    assert reply.body["status"] == "complete"
    assert reply.client["sessions"][0]["user"]["id"] == user_id
    with sdk.tenant.browser() as another:
        refused = another.post("/v1/client/sign_ins", strategy="ticket", ticket=made["token"])
    assert refused.codes == ["sign_in_token_already_used_code"]


def test_revoked_ticket_signs_nobody_in(sdk: Sdk, browser: Browser) -> None:
    with sdk.tenant.browser() as elsewhere:
        user_id = elsewhere.sign_up().user_id
    made = sdk.call("signInTokens.createSignInToken", {"userId": user_id})
    assert sdk.call("signInTokens.revokeSignInToken", made["id"])["status"] == "revoked"
    refused = browser.post("/v1/client/sign_ins", strategy="ticket", ticket=made["token"])
    assert refused.codes == ["sign_in_token_revoked_code"]


def test_actor_token_lets_somebody_act_in_a_users_place(sdk: Sdk, browser: Browser) -> None:
    with sdk.tenant.browser() as elsewhere:
        user_id = elsewhere.sign_up().user_id
    actor = {"sub": "user_of_support"}
    made = sdk.call("actorTokens.create", {"userId": user_id, "actor": actor})
    assert (made["status"], made["actor"], made["userId"]) == ("pending", actor, user_id)
    assert made["url"].endswith(made["token"])
    done = browser.post("/v1/client/sign_ins", strategy="ticket", ticket=made["token"]).ok()
    session_id = done.body["created_session_id"]
    assert sdk.verify_by_jwks(browser.token(session_id))["act"] == actor
    assert sdk.call("sessions.getSession", session_id)["actor"] == actor


def test_actor_token_is_revoked(sdk: Sdk, browser: Browser) -> None:
    with sdk.tenant.browser() as elsewhere:
        user_id = elsewhere.sign_up().user_id
    made = sdk.call("actorTokens.create", {"userId": user_id, "actor": {"sub": "support"}})
    assert sdk.call("actorTokens.revoke", made["id"])["status"] == "revoked"
    refused = browser.post("/v1/client/sign_ins", strategy="ticket", ticket=made["token"])
    assert refused.codes == ["actor_token_revoked_code"]


def test_agent_task_signs_its_browser_in(sdk: Sdk, browser: Browser) -> None:
    with sdk.tenant.browser() as elsewhere:
        user_id = elsewhere.sign_up().user_id
    given = {
        "onBehalfOf": {"userId": user_id},
        "permissions": "*",
        "agentName": "mailer",
        "taskDescription": "Answer the mail",
        "redirectUrl": "http://localhost:3000/inbox",
    }
    made = sdk.call("agentTasks.create", given)
    ticket = made["url"].partition("ticket=")[2]
    assert browser.get("/v1/agents/tasks", ticket=ticket).status == 307
    (session,) = browser.get("/v1/client").ok().body["sessions"]
    act = {"type": "agent", "sub": made["agentId"]}
    assert sdk.verify_by_jwks(browser.token(session["id"]))["act"] == act
    revoked = sdk.call("agentTasks.revoke", sdk.call("agentTasks.create", given)["agentTaskId"])
    assert revoked["agentId"] == made["agentId"]


def test_testing_token_is_made(sdk: Sdk, clock: Clock) -> None:
    made = sdk.call("testingTokens.createTestingToken")
    assert made["token"]
    # The SDK has no deserializer for this object and hands it on as it came.
    assert made["expires_at"] > clock.now() // 1_000


def test_keys_are_published_to_servers(sdk: Sdk) -> None:
    [key] = sdk.call("jwks.getJwks")["keys"]
    assert (key["kty"], key["alg"], key["use"], key["e"]) == ("RSA", "RS256", "sig", "AQAB")


def test_redirect_urls_are_made_listed_and_deleted(sdk: Sdk) -> None:
    made = sdk.call("redirectUrls.createRedirectUrl", {"url": "my-app://callback"})
    assert sdk.call("redirectUrls.getRedirectUrl", made["id"])["url"] == "my-app://callback"
    listed = sdk.call("redirectUrls.getRedirectUrlList")
    assert [each["id"] for each in listed["data"]] == [made["id"]]
    assert listed["totalCount"] == 1
    assert sdk.call("redirectUrls.deleteRedirectUrl", made["id"])["id"] == made["id"]
    assert sdk.call("redirectUrls.getRedirectUrlList")["totalCount"] == 0
