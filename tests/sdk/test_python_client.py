"""Clerk's Python client, unmodified: every reply must fit its own models."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from clerk_backend_api import Clerk, models
from clerk_backend_api.security import verify_token
from clerk_backend_api.security.types import (
    AuthenticateRequestOptions,
    TokenVerificationError,
    TokenVerificationErrorReason,
    VerifyTokenOptions,
)

from hallporter.tokens import keys
from tests.harness import PASSWORD, SIGNING_KEY, Browser, Clock, Tenant, new_address

# The client warns of its own fields whenever it compares them.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

PEM = keys.public_pem(keys.load("ins_any", SIGNING_KEY))


@dataclass(frozen=True)
class SentRequest:
    """A request to an app, as far as the client looks at it."""

    headers: dict[str, str]


@pytest.fixture
def clerk(instance: Tenant) -> Iterator[Clerk]:
    """The client with the instance's secret key."""
    with Clerk(bearer_auth=instance.secret_key, server_url=f"{instance.harness.url}/v1") as clerk:
        yield clerk


def test_clients_are_listed_read_and_verified(clerk: Clerk, browser: Browser) -> None:
    account = browser.sign_up()
    # The page's own operation, which the client calls deprecated.
    [listed] = clerk.clients.list()  # pyright: ignore[reportDeprecated]
    assert listed.id == browser.client_id
    assert clerk.clients.get(client_id=listed.id) == listed
    verified = clerk.clients.verify(request={"token": browser.token(account.session_id)})
    assert verified == listed
    assert listed.session_ids == [account.session_id]
    assert listed.sessions[0].status == models.Status.ACTIVE


def test_users_come_and_go(clerk: Clerk) -> None:
    address = new_address()
    user = clerk.users.create(email_address=[address], password=PASSWORD, first_name="Ada")
    assert clerk.users.get(user_id=user.id or "") == user
    assert clerk.users.list(request={"email_address": [address]}) == [user]
    assert clerk.users.count(request={}).total_count == 1
    changed = clerk.users.update(user_id=user.id or "", last_name="Lovelace")
    assert (changed.first_name, changed.last_name) == ("Ada", "Lovelace")
    assert clerk.users.delete(user_id=user.id or "").deleted
    with pytest.raises(models.ClerkErrors) as gone:
        clerk.users.get(user_id=user.id or "")
    assert gone.value.data.errors[0].code == "resource_not_found"


def test_users_metadata_is_merged(clerk: Clerk) -> None:
    user = clerk.users.create(
        email_address=[new_address()], password=PASSWORD, public_metadata={"a": 1}
    )
    merged = clerk.users.update_metadata(user_id=user.id or "", public_metadata={"b": 2})
    assert merged.public_metadata == {"a": 1, "b": 2}


def test_password_is_verified(clerk: Clerk) -> None:
    user = clerk.users.create(email_address=[new_address()], password=PASSWORD)
    assert clerk.users.verify_password(user_id=user.id or "", password=PASSWORD).verified


def test_email_addresses_are_added_changed_and_deleted(clerk: Clerk) -> None:
    user = clerk.users.create(email_address=[new_address()], password=PASSWORD)
    made = clerk.email_addresses.create(
        request={"user_id": user.id or "", "email_address": new_address(), "verified": False}
    )
    id = made.id or ""
    assert clerk.email_addresses.get(email_address_id=id) == made
    assert made.verification is None
    proved = clerk.email_addresses.update(email_address_id=id, verified=True)
    assert proved.verification is not None
    assert clerk.email_addresses.delete(email_address_id=id).deleted


def test_sessions_are_made_read_and_revoked(clerk: Clerk, browser: Browser) -> None:
    user_id = browser.sign_up().user_id
    made = clerk.sessions.create(request={"user_id": user_id})
    assert clerk.sessions.get(session_id=made.id) == made
    assert made in clerk.sessions.list(user_id=user_id)
    revoked = clerk.sessions.revoke(session_id=made.id)
    assert revoked.status == models.Status.REVOKED


def test_token_of_a_session_is_verified_with_the_fetched_key(
    clerk: Clerk, instance: Tenant, browser: Browser
) -> None:
    account = browser.sign_up()
    token = clerk.sessions.create_token(session_id=account.session_id, expires_in_seconds=60)
    options = VerifyTokenOptions(secret_key=instance.secret_key, api_url=instance.harness.url)
    claims = verify_token(token.jwt or "", options)
    assert (claims["sub"], claims["sid"]) == (account.user_id, account.session_id)


def test_jwt_templates_are_made_read_changed_and_deleted(clerk: Clerk) -> None:
    # The client sends no claims but `{}`: its model of them has no fields.
    made = clerk.jwt_templates.create(request={"name": "shop", "claims": {}, "lifetime": 600})
    assert clerk.jwt_templates.get(template_id=made.id) == made
    assert clerk.jwt_templates.list() == [made]
    changed = clerk.jwt_templates.update(
        template_id=made.id, name="store", claims={}, allowed_clock_skew=0
    )
    assert (changed.name, changed.lifetime, changed.allowed_clock_skew) == ("store", 600, 0)
    assert clerk.jwt_templates.delete(template_id=made.id).deleted
    with pytest.raises(models.ClerkErrors) as gone:
        clerk.jwt_templates.get(template_id=made.id)
    assert gone.value.data.errors[0].code == "resource_not_found"


def test_token_of_a_template_names_its_user_and_no_session(clerk: Clerk, browser: Browser) -> None:
    account = browser.sign_up()
    clerk.jwt_templates.create(request={"name": "shop", "claims": {}})
    token = clerk.sessions.create_token_from_template(
        session_id=account.session_id, template_name="shop", expires_in_seconds=600
    )
    # This client, unlike the one for JavaScript, does not look at what a token is for.
    claims = verify_token(token.jwt or "", VerifyTokenOptions(jwt_key=PEM))
    assert claims["sub"] == account.user_id
    assert "sid" not in claims


def test_keys_are_read(clerk: Clerk) -> None:
    found = clerk.jwks.get_jwks()
    assert found.keys is not None
    assert len(found.keys) == 1


def test_request_with_a_bearer_token_is_signed_in(clerk: Clerk, browser: Browser) -> None:
    account = browser.sign_up()
    request = SentRequest({"Authorization": f"Bearer {browser.token(account.session_id)}"})
    state = clerk.authenticate_request(request, AuthenticateRequestOptions(jwt_key=PEM))
    assert state.is_signed_in
    assert state.payload is not None
    assert state.payload["sub"] == account.user_id


def test_request_with_a_session_cookie_is_signed_in(clerk: Clerk, browser: Browser) -> None:
    token = browser.token(browser.sign_up().session_id)
    request = SentRequest({"cookie": f"__session={token}; other=1"})
    options = AuthenticateRequestOptions(jwt_key=PEM, authorized_parties=["http://localhost:3000"])
    assert clerk.authenticate_request(request, options).is_signed_in


def test_key_of_one_line_verifies_without_asking_the_server(
    instance: Tenant, clerk: Clerk, browser: Browser
) -> None:
    account = browser.sign_up()
    request = SentRequest({"Authorization": f"Bearer {browser.token(account.session_id)}"})
    options = AuthenticateRequestOptions(jwt_key=instance.jwt_key)
    state = clerk.authenticate_request(request, options)
    assert (state.payload or {})["sub"] == account.user_id


def test_pending_session_is_for_the_app_to_notice(
    instance: Tenant, clerk: Clerk, browser: Browser
) -> None:
    """docs/servers.md says so: this client does not look at `sts`."""
    account = browser.sign_up()
    instance.backend().post(f"/v1/users/{account.user_id}/password/set_compromised").ok()
    with instance.browser() as elsewhere:
        pending = elsewhere.sign_in(account.email_address).ok().body["created_session_id"]
        request = SentRequest({"Authorization": f"Bearer {elsewhere.token(pending)}"})
    state = clerk.authenticate_request(request, AuthenticateRequestOptions(jwt_key=PEM))
    assert state.is_signed_in
    assert (state.payload or {})["sts"] == "pending"


def test_request_with_an_expired_token_is_signed_out(
    clerk: Clerk, browser: Browser, clock: Clock
) -> None:
    clock.advance(minutes=-5)
    request = SentRequest(
        {"Authorization": f"Bearer {browser.token(browser.sign_up().session_id)}"}
    )
    state = clerk.authenticate_request(request, AuthenticateRequestOptions(jwt_key=PEM))
    assert not state.is_signed_in
    assert state.reason == TokenVerificationErrorReason.TOKEN_EXPIRED


def test_token_of_another_instance_is_not_verified(instance: Tenant, browser: Browser) -> None:
    token = browser.token(browser.sign_up().session_id)
    options = VerifyTokenOptions(secret_key="sk_live_wrong", api_url=instance.harness.url)
    with pytest.raises(TokenVerificationError):
        verify_token(token, options)


def test_actor_tokens_are_made_and_revoked(clerk: Clerk, browser: Browser) -> None:
    user_id = browser.sign_up().user_id
    made = clerk.actor_tokens.create(
        request={"user_id": user_id, "actor": {"sub": "support"}, "expires_in_seconds": 600}
    )
    assert made is not None
    assert (made.status, made.user_id) == ("pending", user_id)
    assert made.url == f"{made.url}".partition("?")[0] + f"?ticket={made.token}"
    revoked = clerk.actor_tokens.revoke(actor_token_id=made.id)
    assert revoked is not None
    assert revoked.status == "revoked"


def test_redirect_urls_are_made_listed_and_deleted(clerk: Clerk) -> None:
    made = clerk.redirect_urls.create(request={"url": "my-app://callback"})
    assert made is not None
    assert clerk.redirect_urls.get(id=made.id).url == "my-app://callback"
    assert [each.id for each in clerk.redirect_urls.list()] == [made.id]
    assert clerk.redirect_urls.delete(id=made.id).deleted
    assert clerk.redirect_urls.list() == []


def test_sign_in_and_testing_tokens_are_made(clerk: Clerk, browser: Browser) -> None:
    user_id = browser.sign_up().user_id
    made = clerk.sign_in_tokens.create(request={"user_id": user_id})
    assert made is not None
    assert clerk.sign_in_tokens.revoke(sign_in_token_id=made.id).status == "revoked"
    testing = clerk.testing_tokens.create()
    assert testing is not None
    assert testing.token
