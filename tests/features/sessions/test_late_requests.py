"""A request that crosses a rotation of its client's token on the way."""

from collections.abc import Iterator

import pytest

from tests.house import Account, Browser, Clock, Tenant


@pytest.fixture
def ada(browser: Browser) -> Account:
    """Somebody signed in on `browser`."""
    return browser.sign_up()


@pytest.fixture
def late(instance: Tenant, browser: Browser, ada: Account) -> Iterator[Browser]:
    """The same browser, with the token that another sign-in has just replaced."""
    with instance.browser() as late, instance.browser() as elsewhere:
        late.http.cookies.set("__client", browser.cookie("__client") or "")
        browser.sign_in(elsewhere.sign_up().email_address).ok()
        yield late


# At a 401 clerk-js would fetch its client with the same old token, and sign every tab out.
@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/v1/client/sessions/{id}/tokens", "POST"),
        ("/v1/client/sessions/{id}/touch", "POST"),
        ("/v1/client/sessions/{id}/remove", "POST"),
        ("/v1/client/sessions", "DELETE"),
        ("/v1/me", "GET"),
    ],
)
def test_it_is_told_to_come_again_and_ends_nothing(
    browser: Browser, late: Browser, ada: Account, path: str, method: str
) -> None:
    refused = late.request(method, path.format(id=ada.session_id))
    assert refused.status == 503
    assert refused.codes == ["client_token_superseded"]
    assert "client" not in refused.json.get("meta", {})
    assert browser.token(ada.session_id)


def test_with_the_new_token_it_comes_through(browser: Browser, late: Browser, ada: Account) -> None:
    late.http.cookies.set("__client", browser.cookie("__client") or "")
    assert late.token(ada.session_id)


def test_after_ten_seconds_it_is_a_copy_in_strange_hands(
    late: Browser, clock: Clock, ada: Account
) -> None:
    clock.advance(seconds=11)
    assert late.post(f"/v1/client/sessions/{ada.session_id}/tokens").status == 401
