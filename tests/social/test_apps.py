"""Native apps visit a provider in the browser of a device, and come back by their own address."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.concurrency import at_once
from tests.devices import App
from tests.harness import Backend, Browser, Clock, Reply, Tenant
from tests.social.browsing import (
    STRATEGY,
    address_of,
    begin_sign_in,
    begin_sign_up,
    come_back,
    new_name,
    sign_up_by_visit,
)
from tests.social.provider import Person

CALLBACK = "my-app://callback"
BACK = {"redirect_url": CALLBACK, "action_complete_redirect_url": CALLBACK}
COOKIES = ("set-cookie", "authorization")


@pytest.fixture(autouse=True)
def listed(backend: Backend) -> str:
    """The app's address is on the list; its id."""
    return backend.post("/v1/redirect_urls", url=CALLBACK).ok().json["id"]


@pytest.fixture
def app(instance: Tenant) -> App:
    """An app on a phone."""
    return App(instance)


def visit(instance: Tenant, begun: Reply, name: str, *, denies: bool = False) -> str:
    """Visit the provider in a browser that knows nothing of the app; return where it ends."""
    location = Person(name).visit(address_of(begun), denies=denies)
    with instance.browser(origin=None) as device:
        back = come_back(device, location)
    assert back.status == 303, back.text
    assert [each for each in COOKIES if each in back.headers] == []
    return back.headers["location"]


def nonce_of(location: str) -> str:
    """Return what the app's address was told."""
    assert location.startswith(f"{CALLBACK}?rotating_token_nonce=")
    [nonce] = parse_qs(urlsplit(location).query)["rotating_token_nonce"]
    return nonce


def collect(app: App, kind: str, begun: Reply, nonce: str) -> Any:
    """Ask for the sign-in or sign-up again, with the nonce, as SDKs do."""
    path = f"/v1/client/{kind}/{begun.body['id']}"
    return app.get(path, rotating_token_nonce=nonce).ok().body


def user_of(app: App) -> Any:
    return app.get("/v1/me").ok().body


def signs_in(app: App, instance: Tenant, name: str) -> tuple[Reply, str]:
    """Begin to sign in and let `name` visit the provider; return the nonce."""
    begun = begin_sign_in(app, **BACK)
    return begun, nonce_of(visit(instance, begun, name))


def visit_of(sign_in: Any) -> tuple[str, str | None]:
    """Return status and error of a sign-in's visit."""
    shown = sign_in["first_factor_verification"]
    return shown["status"], shown["error"] and shown["error"]["code"]


def test_app_signs_somebody_up(app: App, instance: Tenant) -> None:
    begun = begin_sign_up(app, **BACK)
    nonce = nonce_of(visit(instance, begun, name := new_name()))
    done = collect(app, "sign_ups", begun, nonce)
    assert done["status"] == "complete"
    user = user_of(app)
    assert user["external_accounts"][0]["provider_user_id"] == name
    assert done["created_user_id"] == user["id"]


def test_app_signs_somebody_in(app: App, instance: Tenant, browser: Browser) -> None:
    user = sign_up_by_visit(browser, name := new_name())
    begun, nonce = signs_in(app, instance, name)
    done = collect(app, "sign_ins", begun, nonce)
    assert done["status"] == "complete"
    assert user_of(app)["id"] == user["id"]
    assert done["created_session_id"] == app.get("/v1/client").ok().body["sessions"][0]["id"]


def test_whoever_is_new_goes_over_to_a_sign_up(app: App, instance: Tenant) -> None:
    begun, nonce = signs_in(app, instance, name := new_name())
    found = collect(app, "sign_ins", begun, nonce)
    assert visit_of(found) == ("transferable", "external_account_not_found")
    assert app.post("/v1/client/sign_ups", transfer="true").ok().body["status"] == "complete"
    assert user_of(app)["external_accounts"][0]["provider_user_id"] == name


def test_whoever_is_known_goes_over_to_a_sign_in(
    app: App, instance: Tenant, browser: Browser
) -> None:
    user = sign_up_by_visit(browser, name := new_name())
    begun = begin_sign_up(app, **BACK)
    found = collect(app, "sign_ups", begun, nonce_of(visit(instance, begun, name)))
    shown = found["verifications"]["external_account"]
    assert (shown["status"], shown["error"]["code"]) == ("transferable", "external_account_exists")
    assert app.post("/v1/client/sign_ins", transfer="true").ok().body["status"] == "complete"
    assert user_of(app)["id"] == user["id"]


def test_app_connects_an_account(app: App, instance: Tenant) -> None:
    app.sign_up()
    begun = app.post("/v1/me/external_accounts", strategy=STRATEGY, **BACK)
    nonce = nonce_of(visit(instance, begun, name := new_name()))
    [waiting] = user_of(app)["external_accounts"]
    assert waiting["verification"]["status"] == "unverified"
    user = app.get("/v1/me", rotating_token_nonce=nonce).ok().body
    [account] = user["external_accounts"]
    assert (account["provider_user_id"], account["verification"]["status"]) == (name, "verified")


def test_second_factor_is_asked_for_after_the_visit(
    app: App, instance: Tenant, browser: Browser, backend: Backend
) -> None:
    user = sign_up_by_visit(browser, name := new_name())
    backend.patch(f"/v1/users/{user['id']}", totp_secret="A" * 32).ok()
    begun, nonce = signs_in(app, instance, name)
    assert collect(app, "sign_ins", begun, nonce)["status"] == "needs_second_factor"
    assert app.get("/v1/client").ok().body["sessions"] == []


def test_query_of_an_address_stays(app: App, instance: Tenant, backend: Backend) -> None:
    url = f"{CALLBACK}?from=provider"
    backend.post("/v1/redirect_urls", url=url).ok()
    begun = begin_sign_in(app, redirect_url=url, action_complete_redirect_url=url)
    location = visit(instance, begun, new_name())
    assert location.startswith(f"{url}&rotating_token_nonce=")


def test_browser_goes_to_a_listed_address_and_is_told_nothing(browser: Browser) -> None:
    begun = begin_sign_up(browser, **BACK)
    back = come_back(browser, Person(new_name()).visit(address_of(begun)))
    assert back.headers["location"] == CALLBACK
    assert browser.get("/v1/client").ok().body["sign_up"] is None
    assert browser.get("/v1/me").status == 200


def test_who_turns_back_is_told_so(app: App, instance: Tenant) -> None:
    begun = begin_sign_in(app, **BACK)
    assert visit(instance, begun, new_name(), denies=True) == CALLBACK
    # Expo shows an empty nonce for none.
    assert visit_of(collect(app, "sign_ins", begun, "")) == ("failed", "oauth_access_denied")


NEARLY = (
    "http://localhost:3000/",
    "my-app://callback/",
    "my-app://callback?a=b",
    "my-app://Callback",
    "MY-APP://callback",
    "my-app://",
    "my-app:callback",
    "other-app://callback",
    "https://evil.test/",
    "javascript:alert(1)//my-app://callback",
    "my-app://callback#x",
    f"my-app://callback{'/' * 4_000}",
)


def test_app_is_led_back_to_what_is_listed_and_nowhere_else(app: App) -> None:
    app.sign_up()
    for url in NEARLY:
        for param in ("redirect_url", "action_complete_redirect_url"):
            given = {"strategy": STRATEGY, **BACK, param: url}
            for path in ("client/sign_ins", "client/sign_ups", "me/external_accounts"):
                refused = app.post(f"/v1/{path}", **given)
                assert (refused.status, refused.codes) == (400, ["resource_missmatch"]), url
                assert refused.params == [param]


def test_address_that_was_taken_off_meanwhile_is_told_nothing(
    app: App, instance: Tenant, backend: Backend, listed: str
) -> None:
    location = Person(new_name()).visit(address_of(begin_sign_in(app, **BACK)))
    backend.delete(f"/v1/redirect_urls/{listed}").ok()
    with instance.browser(origin=None) as device:
        back = come_back(device, location)
    assert (back.status, back.codes) == (400, ["oauth_callback_invalid"])
    assert "location" not in back.headers


def test_who_was_talked_into_a_visit_signs_no_stranger_in(
    app: App, instance: Tenant, browser: Browser
) -> None:
    """The stranger began, the victim came back, and only the victim's app was told the nonce."""
    sign_up_by_visit(browser, name := new_name())
    begun, nonce = signs_in(app, instance, name)
    path = f"/v1/client/sign_ins/{begun.body['id']}"
    for query in ({}, {"rotating_token_nonce": "guess"}, {"rotating_token_nonce": ""}):
        assert visit_of(app.get(path, **query).ok().body) == ("unverified", None)
    assert app.post("/v1/client/sign_ups", transfer="true").codes == ["account_transfer_invalid"]
    assert app.get("/v1/client").ok().body["sessions"] == []
    # The victim's app has a client of its own, signed in or not, and begins nothing by it.
    victim = App(instance)
    victim.post("/v1/client").ok()
    own = begin_sign_in(victim, **BACK)
    assert visit_of(collect(victim, "sign_ins", own, nonce)) == ("unverified", None)
    assert victim.get(path, rotating_token_nonce=nonce).status == 404
    assert victim.get("/v1/client").ok().body["sessions"] == []


def test_new_victim_is_no_strangers_account(app: App, instance: Tenant) -> None:
    signs_in(app, instance, new_name())
    assert app.post("/v1/client/sign_ups", transfer="true").codes == ["account_transfer_invalid"]


def test_nonce_works_once_and_for_its_own_sign_in(
    app: App, instance: Tenant, browser: Browser
) -> None:
    sign_up_by_visit(browser, name := new_name())
    begun, nonce = signs_in(app, instance, name)
    shown = dict(app.http.headers)
    # Neither another attempt of the same client spends it nor the provider's way back.
    other = begin_sign_up(app, **BACK)
    assert collect(app, "sign_ups", other, nonce)["status"] == "missing_requirements"
    with instance.browser(origin=None) as device:
        again = device.get("/v1/oauth_callback", state=nonce, code="x")
    assert again.codes == ["oauth_callback_invalid"]
    assert collect(app, "sign_ins", begun, nonce)["status"] == "complete"
    assert app.http.headers["authorization"] != shown["authorization"]
    done = collect(app, "sign_ins", begun, nonce)
    assert done["status"] == "complete"
    assert len(app.get("/v1/client").ok().body["sessions"]) == 1


def test_nonce_is_of_no_use_after_five_minutes(
    app: App, instance: Tenant, clock: Clock, browser: Browser
) -> None:
    sign_up_by_visit(browser, name := new_name())
    begun, nonce = signs_in(app, instance, name)
    clock.advance(minutes=5, seconds=1)
    assert visit_of(collect(app, "sign_ins", begun, nonce)) == ("unverified", None)
    assert app.get("/v1/client").ok().body["sessions"] == []


def test_way_back_works_once(app: App, instance: Tenant) -> None:
    location = Person(new_name()).visit(address_of(begin_sign_in(app, **BACK)))
    with instance.browser(origin=None) as device:
        assert come_back(device, location).status == 303
        assert come_back(device, location).codes == ["oauth_callback_invalid"]


def test_of_several_at_once_one_signs_in(app: App, instance: Tenant, browser: Browser) -> None:
    sign_up_by_visit(browser, name := new_name())
    begun, nonce = signs_in(app, instance, name)
    path = f"/v1/client/sign_ins/{begun.body['id']}"
    token = app.http.headers["authorization"]
    query = {"rotating_token_nonce": nonce, "_is_native": "1"}
    apps = [App(instance) for _ in range(4)]

    def ask(number: int) -> Reply:
        headers = {"Authorization": token}
        return apps[number].request("GET", path, params=query, headers=headers)

    assert sum("authorization" in each.headers for each in at_once(4, ask)) == 1


def test_question_of_another_client_spends_nothing(
    app: App, instance: Tenant, browser: Browser
) -> None:
    sign_up_by_visit(browser, name := new_name())
    begun, nonce = signs_in(app, instance, name)
    path = f"/v1/client/sign_ins/{begun.body['id']}"
    other = App(instance)
    for stranger in (browser, other):
        assert stranger.get(path, rotating_token_nonce=nonce).status in (401, 404)
    assert collect(app, "sign_ins", begun, nonce)["status"] == "complete"


def test_nothing_of_who_came_back_is_stored_in_the_clear(app: App, instance: Tenant) -> None:
    _, nonce = signs_in(app, instance, name := new_name())
    sql = "select json_agg(t)::text from oauth_states t where instance_id = $1"
    stored = instance.harness.run(instance.harness.open.db.value(sql, instance.id))
    assert CALLBACK in stored
    assert nonce not in stored
    assert name not in stored
