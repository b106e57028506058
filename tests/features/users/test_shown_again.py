"""A user who is shown again and again is never shown as they were."""

from tests.harness import Backend, Browser, Clock, Tenant


def _user(browser: Browser) -> dict[str, object]:
    return browser.get("/v1/client").ok().body["sessions"][0]["user"]


def test_a_change_is_seen_in_the_next_read(browser: Browser, backend: Backend) -> None:
    account = browser.sign_up()
    for name in ("Ada", "Grace", "Ada"):
        backend.patch(f"/v1/users/{account.user_id}", first_name=name).ok()
        assert [_user(browser)["first_name"] for _ in range(3)] == [name] * 3


def test_a_setting_that_shows_is_seen_in_the_next_read(instance: Tenant, browser: Browser) -> None:
    browser.sign_up()
    for may_delete in (True, False, True):
        instance.update(delete_self=may_delete)
        assert [_user(browser)["delete_self_enabled"] for _ in range(2)] == [may_delete] * 2


def test_what_has_an_end_is_shown_as_it_is_now(
    browser: Browser, backend: Backend, clock: Clock
) -> None:
    account = browser.sign_up()
    backend.post(f"/v1/users/{account.user_id}/lock").ok()
    for minutes in (60, 40, 20):
        shown = _user(browser)
        assert (shown["locked"], shown["lockout_expires_in_seconds"]) == (True, minutes * 60)
        clock.advance(minutes=20)
    shown = _user(browser)
    assert (shown["locked"], shown["lockout_expires_in_seconds"]) == (False, None)
