"""Case 36: a browser cannot give itself what only a server may give."""

import json

from tests.harness import PASSWORD, TEST_CODE, Backend, Browser, Tenant, new_address

GREEDY: dict[str, str] = {
    "verified": "true",
    "status": "complete",
    "role": "org:admin",
    "user_id": "user_x",
    "id": "sua_x",
    "created_user_id": "user_x",
    "created_session_id": "sess_x",
    "public_metadata": '{"admin": true}',
    "private_metadata": '{"admin": true}',
    "external_id": "1",
    "banned": "false",
    "locked": "false",
    "email_address_verification_id": "ver_x",
    "password_digest": "$2a$10$x",
    "password_hasher": "bcrypt",
    "skip_password_checks": "true",
    "bypass_client_trust": "true",
    "client_id": "client_x",
    "instance_id": "ins_x",
    "abandon_at": "99999999999999",
    "legal_accepted_at": "1",
}


def test_case_36_sign_up_takes_only_what_is_the_users_to_say(
    backend: Backend, browser: Browser
) -> None:
    address = new_address()
    begun = browser.post(
        "/v1/client/sign_ups",
        email_address=address,
        password=PASSWORD,
        unsafe_metadata='{"mine": 1}',
        **GREEDY,
    ).ok()
    assert begun.body["status"] == "missing_requirements"
    assert begun.body["unverified_fields"] == ["email_address"]
    path = f"/v1/client/sign_ups/{begun.body['id']}"
    browser.post(path, _method="PATCH", **GREEDY).ok()
    browser.post(f"{path}/prepare_verification", strategy="email_code", **GREEDY).ok()
    done = browser.post(
        f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE, **GREEDY
    ).ok()
    user = backend.get(f"/v1/users/{done.body['created_user_id']}").ok().json
    assert user["public_metadata"] == user["private_metadata"] == {}
    assert user["unsafe_metadata"] == {"mine": 1}
    assert user["external_id"] is None
    assert not user["bypass_client_trust"]
    assert user["legal_accepted_at"] is None
    assert [each["email_address"] for each in user["email_addresses"]] == [address]


def test_case_36_sign_in_takes_no_proof_from_its_caller(instance: Tenant, browser: Browser) -> None:
    victim = instance.browser().sign_up()
    greedy = {
        **GREEDY,
        "user_id": victim.user_id,
        "first_factor_strategy": "password",
        "second_factor_strategy": "totp",
        "new_password_required": "false",
        "first_factor_verification": json.dumps({"status": "verified"}),
    }
    begun = browser.post("/v1/client/sign_ins", identifier=victim.email_address, **greedy).ok()
    assert begun.body["status"] == "needs_first_factor"
    begun = browser.post("/v1/client/sign_ins", **greedy).ok()
    assert begun.body["status"] == "needs_identifier"
    assert browser.get("/v1/me").status == 401


def test_case_36_browser_never_sees_private_metadata(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    browser.sign_up()
    for reply in (browser.get("/v1/me"), browser.get("/v1/client"), browser.post("/v1/client")):
        assert "private_metadata" not in reply.text
        assert "hash" not in reply.text


def test_case_36_client_is_nobodys_choice(browser: Browser) -> None:
    made = browser.post("/v1/client", **{**GREEDY, "id": "client_mine"}).ok().body
    assert made["id"] != "client_mine"
    assert made["sessions"] == []


def test_case_36_users_do_not_promote_themselves(backend: Backend, browser: Browser) -> None:
    account = browser.sign_up()
    before = backend.get(f"/v1/users/{account.user_id}").ok().json
    browser.post("/v1/me", _method="PATCH", first_name="Mallory", **GREEDY).ok()
    browser.post("/v1/me/metadata", _method="PATCH", unsafe_metadata="{}", **GREEDY).ok()
    after = backend.get(f"/v1/users/{account.user_id}").ok().json
    assert after == {**before, "first_name": "Mallory", "updated_at": after["updated_at"]}
