"""JWT templates through @clerk/backend's own resource, and their tokens before its judges."""

import pytest

from tests.forge import claims_of
from tests.harness import Browser
from tests.sdk.node import Sdk, SdkError

CLAIMS = {"aud": "shop", "userId": "{{user.id}}", "name": "{{user.full_name || 'Somebody'}}"}
SECRET = "a secret of thirty-two characters"


def test_template_is_made_read_listed_changed_and_deleted(sdk: Sdk) -> None:
    made = sdk.call("jwtTemplates.create", {"name": "shop", "claims": CLAIMS, "lifetime": 600})
    assert made["claims"] == CLAIMS
    assert (made["lifetime"], made["allowedClockSkew"], made["customSigningKey"]) == (600, 5, False)
    assert sdk.call("jwtTemplates.get", made["id"]) == made
    assert sdk.call("jwtTemplates.list") == {"data": [made], "totalCount": 1}
    given: dict[str, object] = {
        "templateId": made["id"],
        "name": "store",
        "claims": {},
        "allowedClockSkew": 0,
        "customSigningKey": True,
        "signingAlgorithm": "HS256",
        "signingKey": SECRET,
    }
    changed = sdk.call("jwtTemplates.update", given)
    assert (changed["name"], changed["lifetime"], changed["allowedClockSkew"]) == ("store", 600, 0)
    assert (changed["customSigningKey"], changed["signingAlgorithm"]) == (True, "HS256")
    assert sdk.call("jwtTemplates.delete", made["id"])["deleted"]
    with pytest.raises(SdkError) as gone:
        sdk.call("jwtTemplates.get", made["id"])
    assert (gone.value.status, gone.value.codes) == (404, ["resource_not_found"])


def test_reserved_claims_are_refused_as_a_clerk_error(sdk: Sdk) -> None:
    with pytest.raises(SdkError) as refused:
        sdk.call("jwtTemplates.create", {"name": "shop", "claims": {"sub": "{{user.id}}"}})
    assert (refused.value.status, refused.value.codes) == (400, ["jwt_template_reserved_claim"])


def test_token_is_minted_for_a_server(sdk: Sdk, browser: Browser) -> None:
    account = browser.sign_up()
    sdk.call("jwtTemplates.create", {"name": "shop", "claims": CLAIMS})
    token = sdk.call("sessions.getToken", account.session_id, "shop", 3_600)["jwt"]
    claims = claims_of(token)
    assert (claims["aud"], claims["userId"]) == ("shop", account.user_id)
    assert claims["name"] == "Somebody"
    assert claims["exp"] - claims["iat"] == 3_600


def test_signature_holds_for_whoever_has_our_keys(sdk: Sdk, browser: Browser) -> None:
    account = browser.sign_up()
    sdk.call("jwtTemplates.create", {"name": "shop", "claims": {}})
    token = sdk.call("sessions.getToken", account.session_id, "shop")["jwt"]
    assert sdk.verify_by_jwks(token)["sub"] == account.user_id


def test_token_is_no_session(sdk: Sdk, browser: Browser) -> None:
    account = browser.sign_up()
    sdk.call("jwtTemplates.create", {"name": "shop", "claims": {}})
    token = sdk.call("sessions.getToken", account.session_id, "shop")["jwt"]
    state = sdk.authenticate(headers={"Authorization": f"Bearer {token}"})
    assert state.status == "signed-out"
