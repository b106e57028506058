"""Somebody of the app's own people signs in in a user's place, and everybody can tell."""

import base64
import json
from typing import Any

import pytest

from tests.factors import add_app
from tests.harness import ORIGIN, Account, Backend, Browser, Clock, Tenant

ADA = {"sub": "user_of_support", "note": "ticket 7"}


def claims_of(token: str) -> dict[str, Any]:
    """Return what a token says."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


@pytest.fixture
def account(instance: Tenant) -> Account:
    """Whose place is taken."""
    return instance.browser().sign_up()


def actor_token(backend: Backend, account: Account, **given: Any) -> Any:
    """Make an actor token."""
    body = {"user_id": account.user_id, "actor": ADA, **given}
    return backend.post("/v1/actor_tokens", **body).ok().json


def accept(browser: Browser, made: Any) -> Any:
    """Sign in by it and return the sign-in."""
    form = {"strategy": "ticket", "ticket": made["token"]}
    return browser.post("/v1/client/sign_ins", **form).ok()


def test_actor_token_starts_a_session_that_says_who_acts(
    backend: Backend, browser: Browser, account: Account
) -> None:
    made = actor_token(backend, account)
    assert (made["object"], made["status"], made["actor"]) == ("actor_token", "pending", ADA)
    assert made["url"].endswith(f"/v1/tickets/accept?ticket={made['token']}")
    done = accept(browser, made)
    assert done.body["status"] == "complete"
    (session,) = done.client["sessions"]
    assert (session["id"], session["user"]["id"]) == (
        done.body["created_session_id"],
        account.user_id,
    )
    assert session["actor"] == ADA
    assert session["factor_verification_age"] == [-1, -1]
    token = claims_of(browser.token(session["id"]))
    assert (token["sub"], token["act"], token["fva"]) == (account.user_id, ADA, [-1, -1])


def test_its_session_ends_after_the_time_it_was_given(
    backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    made = actor_token(backend, account, session_max_duration_in_seconds=300)
    session_id = accept(browser, made).body["created_session_id"]
    clock.advance(seconds=299)
    browser.token(session_id)
    clock.advance(seconds=2)
    assert browser.post(f"/v1/client/sessions/{session_id}/tokens").status == 401
    assert backend.get(f"/v1/sessions/{session_id}").ok().json["status"] == "expired"


def test_its_session_ends_after_half_an_hour_unless_told_otherwise(
    backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    session_id = accept(browser, actor_token(backend, account)).body["created_session_id"]
    for _ in range(5):
        clock.advance(minutes=5, seconds=59)
        browser.token(session_id)
    clock.advance(minutes=1)
    assert browser.post(f"/v1/client/sessions/{session_id}/tokens").status == 401


@pytest.mark.parametrize("use", ["tokens", "touch"])
def test_its_session_is_abandoned_after_ten_idle_minutes(
    backend: Backend, browser: Browser, account: Account, clock: Clock, use: str
) -> None:
    session_id = accept(browser, actor_token(backend, account)).body["created_session_id"]
    path = f"/v1/client/sessions/{session_id}/{use}"
    clock.advance(minutes=9)
    browser.post(path).ok()
    clock.advance(minutes=9)
    browser.post(path).ok()
    clock.advance(minutes=10)
    assert browser.post(path).codes == ["session_not_active"]
    assert backend.get(f"/v1/sessions/{session_id}").ok().json["status"] == "abandoned"


def test_its_session_never_outlives_those_of_the_instance(
    backend: Backend, browser: Browser, account: Account, instance: Tenant, clock: Clock
) -> None:
    instance.update(session__lifetime_seconds=120)
    made = actor_token(backend, account, session_max_duration_in_seconds=600)
    (session,) = accept(browser, made).client["sessions"]
    assert session["expire_at"] == clock.now() + 120_000


def test_it_counts_as_no_sign_in_of_the_user(
    backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    path = f"/v1/users/{account.user_id}"
    before = backend.get(path).ok().json
    clock.advance(hours=1)
    accept(browser, actor_token(backend, account))
    after = backend.get(path).ok().json
    assert after["last_sign_in_at"] == before["last_sign_in_at"]
    assert after["last_active_at"] == before["last_active_at"]


def test_it_asks_for_no_second_factor_and_for_no_task(
    backend: Backend, browser: Browser, account: Account, instance: Tenant
) -> None:
    add_app(instance, account.user_id)
    backend.post(f"/v1/users/{account.user_id}/password/set_compromised").ok()
    done = accept(browser, actor_token(backend, account))
    assert done.body["status"] == "complete"
    assert done.client["sessions"][0]["status"] == "active"


def test_its_user_sees_who_acts_among_their_devices(
    backend: Backend, browser: Browser, instance: Tenant
) -> None:
    at_home = instance.browser()
    account = at_home.sign_up()
    session_id = accept(browser, actor_token(backend, account)).body["created_session_id"]
    actors = {each["id"]: each["actor"] for each in at_home.get("/v1/me/sessions/active").json}
    assert actors == {session_id: ADA, account.session_id: None}


def test_templates_tell_who_acts(backend: Backend, browser: Browser, account: Account) -> None:
    backend.post("/v1/jwt_templates", name="shop", claims={"by": "{{session.actor}}"}).ok()
    session_id = accept(browser, actor_token(backend, account)).body["created_session_id"]
    token = browser.post(f"/v1/client/sessions/{session_id}/tokens/shop").ok().json["jwt"]
    assert claims_of(token)["by"] == ADA


def test_its_link_signs_out_and_leads_to_the_page_that_takes_the_ticket(
    backend: Backend, browser: Browser, account: Account, instance: Tenant
) -> None:
    instance.update(display__sign_in_url=f"{ORIGIN}/sign-in")
    browser.sign_up()
    old = browser.cookie("__client")
    made = actor_token(backend, account)
    reply = browser.get("/v1/tickets/accept", ticket=made["token"])
    assert reply.status == 303
    assert reply.headers["location"] == (
        f"{ORIGIN}/sign-in?__clerk_status=sign_in&__clerk_ticket={made['token']}"
    )
    assert browser.cookie("__client") not in (old, None)
    assert browser.cookie("__client_uat") == "0"
    assert browser.get("/v1/client").ok().body["sessions"] == []
    accept(browser, made)


def test_link_of_a_sign_in_token_signs_nobody_out(
    backend: Backend, browser: Browser, account: Account
) -> None:
    browser.sign_up()
    made = backend.post("/v1/sign_in_tokens", user_id=account.user_id).ok().json
    path, _, ticket = made["url"].partition("?ticket=")
    assert (path.endswith("/v1/tickets/accept"), ticket) == (True, made["token"])
    reply = browser.get("/v1/tickets/accept", ticket=ticket)
    assert (reply.status, "__clerk_status=sign_in" in reply.headers["location"]) == (303, True)
    assert len(browser.get("/v1/client").ok().body["sessions"]) == 1
    accept(browser, made)


def test_instance_of_single_sessions_replaces_what_is_open(
    backend: Backend, browser: Browser, account: Account, instance: Tenant
) -> None:
    instance.update(single_session_mode=True)
    own = browser.sign_up()
    done = accept(browser, actor_token(backend, account))
    assert [each["actor"] for each in done.client["sessions"]] == [ADA]
    assert backend.get(f"/v1/sessions/{own.session_id}").ok().json["status"] == "replaced"


@pytest.mark.parametrize("is_single", [True, False])
def test_it_takes_the_place_of_the_users_own_session_here(
    backend: Backend, browser: Browser, instance: Tenant, is_single: bool
) -> None:
    # Clerk's own suite does that: who is signed in here as the user acts for them from then on.
    other = instance.browser().sign_up()
    own = browser.sign_up()
    browser.sign_in(other.email_address).ok()
    instance.update(single_session_mode=is_single)
    done = accept(browser, actor_token(backend, own))
    assert done.body["status"] == "complete"
    sessions = {each["user"]["id"]: each["actor"] for each in done.client["sessions"]}
    assert sessions == {own.user_id: ADA} | ({} if is_single else {other.user_id: None})
    assert backend.get(f"/v1/sessions/{own.session_id}").ok().json["status"] == "replaced"


def test_actor_says_who_it_is_and_not_too_much(backend: Backend, account: Account) -> None:
    for actor, code in (
        ({}, "form_param_missing"),
        ({"sub": ""}, "form_param_missing"),
        ({"sub": 7}, "form_param_format_invalid"),
        ({"sub": "a", "note": "b" * 1_024}, "form_param_exceeds_allowed_size"),
    ):
        refused = backend.post("/v1/actor_tokens", user_id=account.user_id, actor=actor)
        assert (refused.status, refused.codes) == (422, [code])
    assert backend.post("/v1/actor_tokens", user_id=account.user_id).codes == ["form_param_missing"]
    unknown = backend.post("/v1/actor_tokens", user_id="user_unknown", actor=ADA)
    assert (unknown.status, unknown.params) == (422, ["user_id"])
    for name in ("expires_in_seconds", "session_max_duration_in_seconds"):
        refused = backend.post(
            "/v1/actor_tokens", user_id=account.user_id, actor=ADA, **{name: 31 * 86_400}
        )
        assert refused.params == [name]
