"""Refresh tokens: spent once, by every request that one page has under way, for one successor."""

import hashlib
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from tests.concurrency import at_once
from tests.handshakes import cookies_in, cookies_of
from tests.harness import ORIGIN, Account, Backend, Browser, Clock, Reply, Tenant

REUSED = "spent refresh token shown again"


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody signed in on `browser`."""
    return browser.sign_up()


def refresh(backend: Backend, account: Account, cookies: dict[str, str], **more: str) -> Reply:
    """Renew a session token as an app's backend does."""
    given = {
        "expired_token": cookies["__session"],
        "refresh_token": token_in(cookies),
        "request_origin": ORIGIN,
        "format": "cookie",
    }
    return backend.post(f"/v1/sessions/{account.session_id}/refresh", **{**given, **more})


def token_in(cookies: dict[str, str]) -> str:
    """Return the refresh token among an app's cookies."""
    return next(text for name, text in cookies.items() if name.startswith("__refresh_"))


def after(reply: Reply) -> dict[str, str]:
    """Return an app's cookies as a refresh leaves them."""
    return cookies_in(reply.ok().json["cookies"])


def test_requests_of_one_page_are_all_renewed_and_given_one_successor(
    instance: Tenant, backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    cookies = cookies_of(instance, browser)
    clock.advance(minutes=5)
    replies = at_once(8, lambda _: refresh(backend, account, cookies))
    assert [each.status for each in replies] == [200] * 8
    (successor,) = {token_in(after(each)) for each in replies}
    assert successor != token_in(cookies)
    clock.advance(seconds=9)
    assert token_in(after(refresh(backend, account, cookies))) == successor


def test_spent_token_is_good_for_ten_seconds_and_then_ends_its_chain(
    instance: Tenant, backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    cookies, others = cookies_of(instance, browser), cookies_of(instance, browser)
    renewed = after(refresh(backend, account, cookies))
    clock.advance(seconds=11)
    with capture_logs() as logs:
        refused = refresh(backend, account, cookies)
    assert (refused.status, refused.codes) == (401, ["refresh_token_not_found"])
    # One of two has a copy: neither goes on with it.
    assert refresh(backend, account, renewed).status == 401
    (event,) = [each for each in logs if each["event"] == REUSED]
    assert event == {
        "event": REUSED,
        "log_level": "warning",
        "instance_id": instance.id,
        "session_id": account.session_id,
    }
    # The session goes on, and so does what another handshake has brought.
    assert refresh(backend, account, others).status == 200
    assert refresh(backend, account, cookies_of(instance, browser)).status == 200


def test_thief_who_was_quick_is_found_out_at_the_next_refresh(
    instance: Tenant, backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    stolen = cookies_of(instance, browser)
    renewed = after(refresh(backend, account, stolen))
    quick = after(refresh(backend, account, stolen))
    clock.advance(minutes=1)
    further = after(refresh(backend, account, quick))
    clock.advance(minutes=1)
    assert refresh(backend, account, renewed).status == 401
    assert refresh(backend, account, further).status == 401


def test_token_of_two_steps_ago_is_no_late_one(
    instance: Tenant, backend: Backend, browser: Browser, account: Account
) -> None:
    first = cookies_of(instance, browser)
    third = after(refresh(backend, account, after(refresh(backend, account, first))))
    assert refresh(backend, account, first).status == 401
    assert refresh(backend, account, third).status == 401


def test_each_handshake_has_its_own(
    instance: Tenant, backend: Backend, browser: Browser, account: Account
) -> None:
    # An app on two hosts has a cookie on each.
    here, there = cookies_of(instance, browser), cookies_of(instance, browser)
    assert token_in(here) != token_in(there)
    assert refresh(backend, account, here).status == 200
    assert refresh(backend, account, there).status == 200


def test_session_keeps_its_newest_twenty(
    instance: Tenant, backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    brought: list[dict[str, str]] = []
    for _ in range(21):
        clock.advance(seconds=1)
        brought.append(cookies_of(instance, browser))
    assert refresh(backend, account, brought[0]).status == 401
    assert refresh(backend, account, brought[1]).status == 200
    assert refresh(backend, account, brought[-1]).status == 200


def test_what_has_expired_goes(instance: Tenant, browser: Browser, clock: Clock) -> None:
    browser.sign_up()
    for _ in range(3):
        cookies_of(instance, browser)
    clock.advance(days=8)
    with instance.browser() as other:
        other.sign_up()
        cookies_of(instance, other)
    count = instance.harness.open.db.value(
        "select count(*) from refresh_tokens where instance_id = $1", instance.id
    )
    assert instance.harness.run(count) == 1


def test_it_is_of_no_use_without_a_token_of_the_same_session(
    instance: Tenant, backend: Backend, browser: Browser, account: Account
) -> None:
    other = instance.browser()
    stranger = other.sign_up()
    foreign = other.token(stranger.session_id)
    cookies = cookies_of(instance, browser)
    assert refresh(backend, account, cookies, expired_token=foreign).status == 401
    assert refresh(backend, account, cookies, expired_token="nonsense").status == 401
    assert refresh(backend, account, cookies, refresh_token="nonsense").status == 401
    assert refresh(backend, account, cookies, refresh_token="no.thing").status == 401
    # Nor does it renew another session, or harm its own by being shown for one.
    elsewhere = replace(account, session_id=stranger.session_id)
    assert refresh(backend, elsewhere, cookies, expired_token=foreign).status == 401
    assert refresh(backend, account, cookies).status == 200


def test_token_of_the_release_before_renews_once_more(
    instance: Tenant, backend: Backend, browser: Browser, account: Account
) -> None:
    cookies = cookies_of(instance, browser)

    async def remember(token: str) -> None:
        async with instance.harness.open.db.write() as tx:
            await tx.execute(
                "update sessions set refresh_token_hash = $1 where id = $2",
                hashlib.sha256(token.encode()).hexdigest(),
                account.session_id,
            )

    instance.harness.run(remember("as-it-was"))
    renewed = after(refresh(backend, account, cookies, refresh_token="as-it-was"))
    assert refresh(backend, account, cookies, refresh_token="as-it-was").status == 401
    assert refresh(backend, account, renewed).status == 200
