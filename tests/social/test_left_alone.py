"""Transfers between sign-in and sign-up that come too late, twice, or beside an open session."""

from urllib.parse import parse_qsl, urlsplit

from tests.harness import Backend, Browser, Clock, Reply, Tenant
from tests.social.browsing import STAND_IN
from tests.social.stand_in import StandIn

TOKEN = "oauth_token_custom_stand_in"


def by_token(browser: Browser, kind: str, stand_in: StandIn) -> Reply:
    """Begin a sign-in or a sign-up with an id token."""
    return browser.post(f"/v1/client/{kind}", strategy=TOKEN, token=stand_in.id_token())


def transfer(browser: Browser, kind: str) -> Reply:
    """Go on where the other kind has left."""
    return browser.post(f"/v1/client/{kind}", transfer="true")


def visit(browser: Browser, kind: str, stand_in: StandIn) -> None:
    """Go to the provider for a sign-in or a sign-up, and come back."""
    page = "http://localhost:3000/callback"
    begun = browser.post(f"/v1/client/{kind}", strategy=STAND_IN, redirect_url=page).ok().body
    proof = begun.get("first_factor_verification") or begun["verifications"]["external_account"]
    answer = stand_in.answer(proof["external_verification_redirect_url"])
    assert (
        browser.get("/v1/oauth_callback", **dict(parse_qsl(urlsplit(answer).query))).status == 303
    )


def test_a_stranger_left_alone_for_a_day_is_signed_up_by_nobody(
    browser: Browser, stand_in: StandIn, clock: Clock
) -> None:
    by_token(browser, "sign_ins", stand_in).ok()
    clock.advance(days=1)
    assert transfer(browser, "sign_ups").codes == ["account_transfer_invalid"]


def test_somebody_known_left_alone_for_a_day_is_signed_in_by_nobody(
    instance: Tenant, browser: Browser, stand_in: StandIn, clock: Clock
) -> None:
    by_token(instance.browser(), "sign_ups", stand_in).ok()
    visit(browser, "sign_ups", stand_in)
    clock.advance(days=1)
    assert transfer(browser, "sign_ins").codes == ["account_transfer_invalid"]


def test_each_way_is_gone_once(instance: Tenant, browser: Browser, stand_in: StandIn) -> None:
    visit(browser, "sign_ins", stand_in)
    assert transfer(browser, "sign_ups").ok().body["status"] == "complete"
    assert transfer(browser, "sign_ups").codes == ["account_transfer_invalid"]
    other = instance.browser()
    visit(other, "sign_ups", stand_in)
    assert transfer(other, "sign_ins").ok().body["status"] == "complete"
    assert transfer(other, "sign_ins").codes == ["account_transfer_invalid"]


def test_single_sessions_are_one_by_every_way_in(
    instance: Tenant, browser: Browser, backend: Backend, stand_in: StandIn
) -> None:
    by_token(instance.browser(), "sign_ups", stand_in).ok()
    user_id = backend.create_user()["id"]
    instance.update(single_session_mode=True)
    visit(browser, "sign_ups", stand_in)
    mine = browser.sign_up().session_id
    ticket = backend.post("/v1/sign_in_tokens", user_id=user_id).ok().json["token"]
    page = {"redirect_url": "http://localhost:3000/callback"}
    for reply in (
        browser.post("/v1/client/sign_ins", strategy="ticket", ticket=ticket),
        browser.post("/v1/client/sign_ins", strategy=STAND_IN, **page),
        browser.post("/v1/client/sign_ins", strategy="passkey"),
        browser.post("/v1/client/sign_ups", email_address="ada+clerk_test@example.com"),
        browser.post("/v1/client/sign_ups", strategy=STAND_IN, **page),
        by_token(browser, "sign_ins", stand_in),
    ):
        assert reply.codes == ["session_exists"]
    assert [each["id"] for each in browser.get("/v1/client").body["sessions"]] == [mine]
