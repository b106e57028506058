"""Cases 26 to 28: visits that are not this browser's, accounts of others, and forged id tokens."""

from collections.abc import Callable

import pytest

from hallporter.contract.settings import Attributes, AttributeSettings, Settings
from tests.concurrency import at_once
from tests.conftest import Make
from tests.harness import Backend, Browser, Tenant
from tests.social.browsing import (
    BACK,
    HOME,
    SSO_CALLBACK,
    STAND_IN,
    STRATEGY,
    address_of,
    begin_sign_in,
    begin_sign_up,
    come_back,
    go_and_return,
    new_name,
    sign_up_by_visit,
)
from tests.social.conftest import connect
from tests.social.provider import OpenIdProvider, Person, query_of
from tests.social.stand_in import (
    CLIENT_ID,
    Claims,
    StandIn,
    signed_by_another,
    signed_by_its_own_key,
    signed_by_nobody,
    signed_with_our_secret,
    signed_with_the_public_key,
)

TABLES = (
    "external_accounts",
    "external_account_tokens",
    "external_verifications",
    "oauth_states",
)


def failure(browser: Browser) -> str:
    """Return why the sign-up's visit failed; nobody was let in."""
    client = browser.get("/v1/client").ok().body
    assert client["sessions"] == []
    visit = client["sign_up"]["verifications"]["external_account"]
    assert visit["status"] == "failed"
    return visit["error"]["code"]


def test_a_return_works_once(browser: Browser) -> None:
    name = new_name()
    back = Person(name).visit(address_of(begin_sign_up(browser)))
    assert come_back(browser, back).headers["location"] == HOME
    again = come_back(browser, back)
    assert (again.status, again.codes) == (400, ["oauth_callback_invalid"])
    assert "set-cookie" not in again.headers


def test_a_return_is_of_no_use_to_another_browser_and_still_good_for_its_own(
    instance: Tenant, browser: Browser
) -> None:
    back = Person(new_name()).visit(address_of(begin_sign_up(browser)))
    with instance.browser() as other, instance.browser() as without_client:
        other.sign_up()
        for thief in (other, without_client):
            stolen = come_back(thief, back)
            assert (stolen.status, stolen.codes) == (400, ["oauth_callback_invalid"])
    assert come_back(browser, back).headers["location"] == HOME


def test_a_late_return_spends_nothing_and_comes_again(instance: Tenant, browser: Browser) -> None:
    # Somebody signs in in another tab; the return was sent before that was answered.
    back = Person(new_name()).visit(address_of(begin_sign_up(browser)))
    with instance.browser() as late, instance.browser() as other:
        late.http.cookies.set("__client", browser.cookie("__client") or "")
        browser.sign_in(other.sign_up().email_address).ok()
        refused = come_back(late, back)
    assert (refused.status, refused.codes) == (503, ["client_token_superseded"])
    assert refused.headers["refresh"] == "1"
    assert come_back(browser, back).headers["location"] == HOME


def test_nobody_is_talked_into_the_attackers_account(instance: Tenant, browser: Browser) -> None:
    # Login CSRF: the victim follows the attacker's return; and link CSRF, when signed in.
    victim = browser.sign_up()
    with instance.browser() as attacker:
        back = Person(new_name()).visit(address_of(begin_sign_in(attacker)))
    assert come_back(browser, back).codes == ["oauth_callback_invalid"]
    user = browser.get("/v1/me").ok().body
    assert user["id"] == victim.user_id
    assert user["external_accounts"] == []


def test_nobody_finishes_the_attackers_visit_for_them(instance: Tenant, browser: Browser) -> None:
    # The victim consents at an address that the attacker's browser was given.
    name = new_name()
    sign_up_by_visit(browser, name)
    with instance.browser() as attacker:
        back = Person(name).visit(address_of(begin_sign_in(attacker)))
        assert come_back(browser, back).codes == ["oauth_callback_invalid"]
        assert attacker.get("/v1/client").ok().body["sessions"] == []


@pytest.mark.parametrize("is_known_here", [True, False])
def test_case_21_visit_tells_nothing_of_the_address_that_was_named(
    instance: Tenant, browser: Browser, is_known_here: bool
) -> None:
    instance.update(enumeration_protection=True)
    victim = browser.sign_up()
    name = new_name()
    if is_known_here:
        with instance.browser() as own:
            sign_up_by_visit(own, name)

    def visited(address: str) -> tuple[str, str | None, bool]:
        with instance.browser() as attacker:
            begun = attacker.post("/v1/client/sign_ins", identifier=address).ok().body
            path = f"/v1/client/sign_ins/{begun['id']}/prepare_first_factor"
            location = go_and_return(attacker, attacker.post(path, strategy=STRATEGY, **BACK), name)
            client = attacker.get("/v1/client").ok().body
            sign_in = client["sign_in"]
            visit = None if sign_in is None else sign_in["first_factor_verification"]["status"]
            return location, visit, bool(client["sessions"])

    query = visited(victim.email_address)
    assert query == visited("stranger@example.com")
    assert query == ((HOME, None, True) if is_known_here else (SSO_CALLBACK, "transferable", False))


def test_a_connection_is_not_made_for_somebody_who_has_left(browser: Browser) -> None:
    browser.sign_up()
    begun = browser.post("/v1/me/external_accounts", strategy=STRATEGY, **BACK)
    back = Person(new_name()).visit(address_of(begun))
    browser.post("/v1/client/sessions", _method="DELETE").ok()
    newcomer = browser.sign_up()
    assert come_back(browser, back).headers["location"] == SSO_CALLBACK
    user = browser.get("/v1/me").ok().body
    assert user["id"] == newcomer.user_id
    assert user["external_accounts"] == []


def test_a_return_that_took_too_long_opens_nothing(instance: Tenant, browser: Browser) -> None:
    back = Person(new_name()).visit(address_of(begin_sign_up(browser)))
    instance.harness.clock.advance(minutes=10, seconds=1)
    assert come_back(browser, back).headers["location"] == SSO_CALLBACK
    client = browser.get("/v1/client").ok().body
    assert client["sign_up"]["verifications"]["external_account"]["status"] == "expired"
    assert client["sessions"] == []


def test_a_code_of_another_provider_is_refused(
    instance: Tenant, browser: Browser, stand_in: StandIn
) -> None:
    # Mix-up: the attacker's provider hands on a code that another has given for the victim.
    honest = query_of(Person(new_name()).visit(address_of(begin_sign_up(browser))))
    begun = begin_sign_up(browser)
    state = query_of(address_of(begun))["state"]
    mixed = f"http://{instance.host}/v1/oauth_callback?state={state}&code={honest['code']}"
    assert come_back(browser, mixed).headers["location"] == SSO_CALLBACK
    # The provider names itself in its replies (RFC 9207), so a reply without a name is none of its.
    assert failure(browser) == "oauth_token_exchange_error"
    begun = begin_sign_up(browser)
    state = query_of(address_of(begun))["state"]
    mixed = (
        f"http://{instance.host}/v1/oauth_callback?state={state}&code={honest['code']}"
        f"&iss={honest['iss']}"
    )
    # Named rightly, the code still belongs to another visit: its verifier does not fit.
    assert come_back(browser, mixed).headers["location"] == SSO_CALLBACK
    assert failure(browser) == "oauth_token_exchange_error"


def test_a_reply_that_names_another_issuer_is_refused(browser: Browser, stand_in: StandIn) -> None:
    stand_in.reply_parameters = {"iss": "https://accounts.google.com"}
    url = address_of(begin_sign_up(browser, STAND_IN))
    assert come_back(browser, stand_in.answer(url)).headers["location"] == SSO_CALLBACK
    assert failure(browser) == "oauth_token_exchange_error"
    assert stand_in.posted == []


def test_what_the_stand_in_says_honestly_is_believed(browser: Browser, stand_in: StandIn) -> None:
    url = address_of(begin_sign_up(browser, STAND_IN))
    assert come_back(browser, stand_in.answer(url)).headers["location"] == HOME
    assert stand_in.is_challenge_met()


LIES: tuple[Claims, ...] = (
    {"nonce": "another visit's"},
    {"nonce": None},
    {"aud": "somebody else"},
    {"aud": ["somebody else", "and another"]},
    {"aud": [CLIENT_ID, "somebody else"]},
    {"aud": None},
    {"azp": "somebody else"},
    {"iss": "https://accounts.google.com"},
    {"iss": None},
    {"exp": 1_000_000_000},
    {"exp": None},
    {"iat": 4_000_000_000},
    {"sub": ""},
    {"sub": None},
    {"sub": 47.11},
)
FORGERS: tuple[Callable[[Claims], str], ...] = (
    signed_by_nobody,
    signed_by_another,
    signed_by_its_own_key,
    signed_with_the_public_key,
    signed_with_our_secret,
)


def test_an_id_token_that_claims_wrong_things_is_refused(
    browser: Browser, stand_in: StandIn
) -> None:
    for lie in LIES:
        stand_in.claims = lie
        url = address_of(begin_sign_up(browser, STAND_IN))
        assert come_back(browser, stand_in.answer(url)).headers["location"] == SSO_CALLBACK, lie
        assert failure(browser) == "oauth_fetch_user_error", lie


def test_an_id_token_that_the_provider_did_not_sign_is_refused(
    browser: Browser, stand_in: StandIn
) -> None:
    for forge in FORGERS:
        stand_in.sign = forge
        url = address_of(begin_sign_up(browser, STAND_IN))
        assert come_back(browser, stand_in.answer(url)).headers["location"] == SSO_CALLBACK, forge
        assert failure(browser) == "oauth_fetch_user_error", forge
        strategy = "oauth_token_custom_stand_in"
        token = stand_in.id_token()
        refused = browser.post("/v1/client/sign_ins", strategy=strategy, token=token)
        assert refused.codes == ["oauth_token_invalid"], forge


def test_the_same_subject_at_another_issuer_is_somebody_else(
    instance: Tenant, browser: Browser, stand_in: StandIn
) -> None:
    user = sign_up_by_visit(browser, stand_in.name)
    stand_in.claims = {"email": None, "email_verified": None}
    with instance.browser() as other:
        url = address_of(begin_sign_in(other, STAND_IN))
        assert come_back(other, stand_in.answer(url)).headers["location"] == SSO_CALLBACK
        visit = other.get("/v1/client").ok().body["sign_in"]["first_factor_verification"]
        assert visit["error"]["code"] == "external_account_not_found"
    assert user["external_accounts"][0]["provider_user_id"] == stand_in.name


def test_metadata_of_another_issuer_is_not_believed(browser: Browser, stand_in: StandIn) -> None:
    stand_in.metadata = {"issuer": "https://accounts.google.com"}
    assert begin_sign_up(browser, STAND_IN).codes == ["misconfigured_oauth_provider"]


def test_a_provider_is_asked_over_https_only(
    instance: Tenant, browser: Browser, stand_in: StandIn
) -> None:
    # On loopback this instance may be set up without; elsewhere nothing may.
    stand_in.metadata = {"token_endpoint": "http://169.254.169.254/latest/meta-data"}
    url = address_of(begin_sign_up(browser, STAND_IN))
    assert come_back(browser, stand_in.answer(url)).headers["location"] == SSO_CALLBACK
    assert failure(browser) == "oauth_token_exchange_error"
    instance.update(social__oauth_custom_inside__discovery_url="http://10.0.0.1/x")
    instance.update(social__oauth_custom_inside__client_id="a")
    instance.update(social__oauth_custom_inside__client_secret="b")
    assert begin_sign_up(browser, "oauth_custom_inside").codes == ["misconfigured_oauth_provider"]


FOREIGN = (
    "https://evil.example/",
    "//evil.example/",
    "/\\\\evil.example/",
    "javascript:alert(1)",
    "http://localhost:3000@evil.example/",
    "http://localhost.evil.example/",
    "http://localhost:3000\\@evil.example/",
    "data:text/html,x",
)


def test_a_visit_ends_on_the_instances_own_pages(browser: Browser) -> None:
    browser.sign_up()
    for url in FOREIGN:
        for param in ("redirect_url", "action_complete_redirect_url"):
            for path in ("client/sign_ins", "client/sign_ups", "me/external_accounts"):
                refused = browser.post(f"/v1/{path}", strategy=STRATEGY, **{**BACK, param: url})
                assert refused.codes == ["resource_missmatch"], (path, param, url)
                assert refused.params == [param]
    # A path is one of the page that the visit leads back to; that page must be named whole.
    complete = {**BACK, "action_complete_redirect_url": "/home"}
    assert go_and_return(browser, begin_sign_in(browser, **complete), new_name()) == SSO_CALLBACK
    refused = begin_sign_in(browser, redirect_url="/sso-callback")
    assert refused.codes == ["resource_missmatch"]


def test_a_form_from_another_site_only_comes_again(instance: Tenant, browser: Browser) -> None:
    # Apple posts its reply; a foreign page's POST shows no cookies and must do nothing by itself.
    query = query_of(Person(new_name()).visit(address_of(begin_sign_up(browser))))
    with instance.browser(origin="https://appleid.apple.com") as form:
        again = form.post("/v1/oauth_callback", **query)
    assert again.status == 303
    assert "access-control-allow-origin" not in again.headers
    location = again.headers["location"]
    assert location.startswith(f"http://{instance.host}/v1/oauth_callback?")
    assert query_of(location) == query
    assert come_back(browser, location).headers["location"] == HOME


def test_the_proof_of_one_address_is_not_lent_to_another(
    make_instance: Make, provider: OpenIdProvider
) -> None:
    wanted = AttributeSettings(enabled=True, required=True)
    instance = make_instance(Settings(test_mode=True, attributes=Attributes(username=wanted)))
    connect(instance, provider)
    with instance.browser() as browser:
        come_back(browser, Person(new_name()).visit(address_of(begin_sign_up(browser))))
        begun = browser.get("/v1/client").ok().body["sign_up"]
        assert begun["unverified_fields"] == []
        path = f"/v1/client/sign_ups/{begun['id']}"
        given = {"email_address": "victim@example.com", "username": "mallory_m"}
        changed = browser.post(path, _method="PATCH", **given).ok().body
        assert changed["status"] == "missing_requirements"
        assert changed["unverified_fields"] == ["email_address"]


def test_of_several_returns_at_once_one_counts(browser: Browser) -> None:
    query = query_of(Person(new_name()).visit(address_of(begin_sign_up(browser))))
    replies = at_once(4, lambda _: browser.get("/v1/oauth_callback", **query))
    assert [each.status for each in replies].count(303) == 1
    assert all(each.status in (303, 400) or each.is_late for each in replies)


def test_nothing_of_a_visit_is_stored_in_the_clear(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    user = sign_up_by_visit(browser, new_name())
    [held] = backend.get(f"/v1/users/{user['id']}/oauth_access_tokens/{STRATEGY}").ok().json
    visit = query_of(address_of(begin_sign_in(browser)))
    stored = "".join(str(instance.harness.run(_all_of(instance, table))) for table in TABLES)
    assert STRATEGY in stored
    for secret in (visit["state"], visit["nonce"], held["token"], held["id_token"]):
        assert secret not in stored


def test_the_client_secret_is_sealed_however_it_is_given(instance: Tenant) -> None:
    given = {"client_id": "us", "client_secret": "canary-secret"}
    instance.update(social__oauth_github=given, social__oauth_box__client_secret="canary-other")
    stored = instance.harness.run(_all_of(instance, "instances"))
    assert "oauth_github" in str(stored)
    assert "canary" not in str(stored)


async def _all_of(instance: Tenant, table: str) -> object:
    column = "id" if table == "instances" else "instance_id"
    sql = f"select json_agg(t)::text from {table} t where {column} = $1"
    return await instance.harness.open.db.value(sql, instance.id)
