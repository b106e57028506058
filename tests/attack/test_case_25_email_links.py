"""Case 25: a mailed link lets in the browser that asked for it, once, and no other."""

from urllib.parse import urlsplit

import pytest

from tests.concurrency import at_once
from tests.conftest import Make
from tests.harness import PASSWORD, Browser, Clock, Outbox, Tenant
from tests.links import begin_sign_in, begin_sign_up, follow, mailed, query_of_link, settings

ADDRESS = "ada@example.com"


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that mails links, with one user."""
    instance = make_instance(settings())
    with instance.backend() as backend:
        backend.create_user(email_address=[ADDRESS])
    return instance


def test_case_25_other_browser_is_turned_away_and_the_link_stays_good(
    instance: Tenant, browser: Browser, outbox: Outbox
) -> None:
    path = begin_sign_in(browser, ADDRESS)
    link = mailed(outbox, ADDRESS)
    scanner, other = instance.browser(), instance.browser()
    other.sign_up()
    for stranger in (scanner, other):
        opened = follow(stranger, link)
        assert query_of_link(opened) == {"__clerk_status": "client_mismatch"}
        assert "set-cookie" not in opened.headers
    assert browser.get(path).ok().body["status"] == "needs_first_factor"
    assert query_of_link(follow(browser, link))["__clerk_status"] == "verified"


def test_case_25_head_opens_nothing(instance: Tenant, browser: Browser, outbox: Outbox) -> None:
    path = begin_sign_in(browser, ADDRESS)
    link = mailed(outbox, ADDRESS)
    assert browser.http.head(link).status_code == 200
    assert browser.get(path).ok().body["status"] == "needs_first_factor"


def test_case_25_link_works_once(instance: Tenant, browser: Browser, outbox: Outbox) -> None:
    begin_sign_in(browser, ADDRESS)
    link = mailed(outbox, ADDRESS)
    assert query_of_link(follow(browser, link))["__clerk_status"] == "verified"
    assert query_of_link(follow(browser, link)) == {"__clerk_status": "failed"}
    assert query_of_link(follow(instance.browser(), link)) == {"__clerk_status": "failed"}


def test_case_25_parallel_uses_of_one_link_make_one_session(
    instance: Tenant, browser: Browser, outbox: Outbox
) -> None:
    begin_sign_in(browser, ADDRESS)
    link, token = mailed(outbox, ADDRESS), browser.cookie("__client") or ""
    browsers = [instance.browser() for _ in range(8)]
    for each in browsers:
        each.http.cookies.set("__client", token)
    opened = at_once(8, lambda number: follow(browsers[number], link))
    statuses = [query_of_link(each)["__clerk_status"] for each in opened if not each.is_late]
    assert statuses.count("verified") == 1
    with instance.backend() as backend:
        assert len(backend.get("/v1/sessions").ok().json) == 1


def test_case_25_parallel_uses_from_elsewhere_count_once(make_instance: Make) -> None:
    lenient = make_instance(settings(require_same_client=False))
    browser = lenient.browser()
    path = begin_sign_up(browser, ADDRESS, password=PASSWORD)
    link = mailed(lenient.outbox(), ADDRESS)
    browsers = [lenient.browser() for _ in range(8)]
    opened = at_once(8, lambda number: follow(browsers[number], link))
    statuses = [query_of_link(each)["__clerk_status"] for each in opened]
    assert sorted(statuses) == ["failed"] * 7 + ["verified"]
    assert all(each.get("/v1/me").status == 401 for each in browsers)
    assert browser.get(path).ok().body["status"] == "complete"


def test_case_25_proof_from_elsewhere_is_of_no_use_to_another_client(make_instance: Make) -> None:
    lenient = make_instance(settings(require_same_client=False))
    browser, thief = lenient.browser(), lenient.browser()
    thief.get("/v1/client")
    path = begin_sign_up(browser, ADDRESS, password=PASSWORD)
    thief.sign_up()
    follow(thief, mailed(lenient.outbox(), ADDRESS))
    assert thief.get(path).status == 404


def test_case_25_link_is_of_no_use_to_another_instance(
    make_instance: Make, browser: Browser, outbox: Outbox
) -> None:
    begin_sign_in(browser, ADDRESS)
    stranger = make_instance(settings()).browser()
    reply = follow(stranger, mailed(outbox, ADDRESS))
    assert (reply.status, reply.codes) == (400, ["verification_link_token_invalid"])


def test_case_25_locked_account_opens_to_no_link(
    instance: Tenant, browser: Browser, outbox: Outbox
) -> None:
    begin_sign_in(browser, ADDRESS)
    with instance.backend() as backend:
        (user,) = backend.get("/v1/users").ok().json
        backend.post(f"/v1/users/{user['id']}/lock").ok()
    assert query_of_link(follow(browser, mailed(outbox, ADDRESS))) == {"__clerk_status": "failed"}
    assert browser.get("/v1/me").status == 401


def test_case_25_database_does_not_hold_the_link(
    instance: Tenant, browser: Browser, outbox: Outbox
) -> None:
    begin_sign_in(browser, ADDRESS)
    token = mailed(outbox, ADDRESS).partition("token=")[2]
    db = instance.harness.open.db
    for table in ("email_links", "verifications", "messages", "sign_ins"):
        found = instance.harness.run(
            db.value(f"select count(*) from {table} t where t::text like $1", f"%{token}%")
        )
        assert found == 0


def test_case_34_link_leads_to_no_host_that_a_stranger_named(make_instance: Make) -> None:
    instance = make_instance(settings(), frontend_host="clerk.casetwentyfive.example")
    browser, path = instance.browser(origin=None), f"/~{instance.slug}/v1/client/sign_ups"
    native, headers = {"_is_native": "1"}, {"Host": "evil.example"}
    given = {"email_address": "grace@example.com"}
    begun = browser.request("POST", path, data=given, params=native, headers=headers).ok()
    browser.request(
        "POST",
        f"{path}/{begun.body['id']}/prepare_verification",
        data={"strategy": "email_link", "redirect_url": "https://casetwentyfive.example/verify"},
        params=native,
        headers={**headers, "Authorization": begun.headers["authorization"]},
    ).ok()
    link = instance.outbox().last_variable("grace@example.com", "magic_link")
    assert urlsplit(link).netloc == "clerk.casetwentyfive.example"


def test_case_25_address_that_was_corrected_needs_a_new_link(
    browser: Browser, outbox: Outbox, clock: Clock
) -> None:
    path = begin_sign_up(browser, "grace@example.com", password=PASSWORD)
    browser.post(path, _method="PATCH", email_address="victim@example.com").ok()
    opened = follow(browser, mailed(outbox, "grace@example.com"))
    assert query_of_link(opened) == {"__clerk_status": "failed"}
    assert browser.get(path).ok().body["unverified_fields"] == ["email_address"]
