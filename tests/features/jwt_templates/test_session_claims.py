"""Claims of an instance's own in its session tokens."""

from typing import Any

import pytest

from hallporter.contract.settings import Settings
from hallporter.core.operator_error import OperatorError
from hallporter.tokens.reserved import RESERVED_IN_SESSIONS
from tests.conftest import Make
from tests.forge import claims_of
from tests.handshakes import cookies_of
from tests.harness import Account, Browser, Tenant

CLAIMS: dict[str, Any] = {
    "role": "{{user.public_metadata.role || 'guest'}}",
    "mail": "{{user.primary_email_address}}",
    "fixed": [1, {"a": None}],
}


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance whose session tokens tell more than others."""
    return make_instance(Settings(test_mode=True, session_token_claims=CLAIMS))


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody signed in."""
    return browser.sign_up()


def test_token_tells_them_beside_its_own(instance: Tenant, browser: Browser) -> None:
    account = browser.sign_up()
    claims = claims_of(browser.token(account.session_id))
    assert (claims["role"], claims["mail"]) == ("guest", account.email_address)
    assert claims["fixed"] == [1, {"a": None}]
    assert (claims["sid"], claims["sub"], claims["v"]) == (account.session_id, account.user_id, 2)


def test_next_token_knows_what_has_changed(
    instance: Tenant, browser: Browser, account: Account
) -> None:
    with instance.backend() as backend:
        path = f"/v1/users/{account.user_id}/metadata"
        backend.patch(path, public_metadata={"role": "admin"}).ok()
    assert claims_of(browser.token(account.session_id))["role"] == "admin"


def test_every_way_to_a_token_has_them(
    instance: Tenant, browser: Browser, account: Account
) -> None:
    touched = browser.post(f"/v1/client/sessions/{account.session_id}/touch").ok()
    cookies = cookies_of(instance, browser)
    tokens = [
        touched.body["last_active_token"]["jwt"],
        next(value for name, value in cookies.items() if name.startswith("__session")),
    ]
    refresh_token = next(value for name, value in cookies.items() if name.startswith("__refresh"))
    path = f"/v1/sessions/{account.session_id}"
    with instance.backend() as backend:
        tokens.append(backend.post(f"{path}/tokens").ok().json["jwt"])
        given = {"expired_token": tokens[-1], "refresh_token": refresh_token}
        renewed = backend.post(f"{path}/refresh", request_origin="http://localhost:3000", **given)
        tokens.append(renewed.ok().json["jwt"])
    assert [claims_of(token)["mail"] for token in tokens] == [account.email_address] * 4


def test_token_is_verified_as_any_other(
    instance: Tenant, browser: Browser, account: Account
) -> None:
    with instance.backend() as backend:
        verified = backend.post("/v1/clients/verify", token=browser.token(account.session_id))
    assert verified.ok().json["id"] == browser.client_id


@pytest.mark.parametrize("claim", sorted(RESERVED_IN_SESSIONS))
def test_no_claim_takes_the_place_of_one_that_is_believed(instance: Tenant, claim: str) -> None:
    with pytest.raises(OperatorError, match=f"cannot hold {claim}:"):
        instance.update(session_token_claims={claim: "{{user.unsafe_metadata.a}}"})


def test_unusable_claims_are_refused(make_instance: Make, instance: Tenant) -> None:
    for claims, said in (
        ({"a": "{{user.id ||}}"}, "is no expression"),
        ({"a": "b" * 3_000}, "2048 bytes at most"),
        ("text", "Not a setting"),
    ):
        with pytest.raises(OperatorError, match=said):
            instance.update(session_token_claims=claims)
    with pytest.raises(OperatorError, match="cannot hold sub"):
        make_instance(Settings(session_token_claims={"sub": "somebody"}))


def test_they_end_with_the_setting(instance: Tenant, browser: Browser, account: Account) -> None:
    instance.update(session_token_claims={})
    assert "mail" not in claims_of(browser.token(account.session_id))
