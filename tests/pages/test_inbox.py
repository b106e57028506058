"""The inbox over HTTP: it holds codes, so what counts is who gets it."""

import time
import uuid

import pytest

from tests.conftest import Make
from tests.harness import Browser, Clock, Reply, Tenant

JSON = {"Accept": "application/json"}


def ask_for_code(browser: Browser) -> str:
    """Begin a sign-up whose code is mailed, and return the address."""
    address = f"ada.{uuid.uuid4().hex[:8]}@example.com"
    begun = browser.post("/v1/client/sign_ups", email_address=address, password="long enough 1")
    path = f"/v1/client/sign_ups/{begun.ok().body['id']}/prepare_verification"
    browser.post(path, strategy="email_code").ok()
    return address


def inbox(browser: Browser, path: str = "/inbox", **headers: str) -> Reply:
    return browser.request("GET", path, headers={**JSON, **headers})


def test_the_newest_message_comes_first_with_its_code(
    instance: Tenant, page_browser: Browser, clock: Clock
) -> None:
    first = ask_for_code(page_browser)
    clock.advance(seconds=1)
    second = ask_for_code(page_browser)
    messages = inbox(page_browser).ok().json
    assert [each["to"] for each in messages] == [second, first]
    assert messages[0]["code"] == instance.outbox().last_code(second)
    assert messages[0]["code"] in messages[0]["subject"]
    assert messages[0]["code"] in messages[0]["body"]
    assert isinstance(messages[0]["created_at"], int)


def test_a_person_gets_a_page_without_a_message_in_it(page_browser: Browser) -> None:
    address = ask_for_code(page_browser)
    page = page_browser.request("GET", "/inbox", headers={"Accept": "text/html"}).ok()
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert address not in page.text


def test_no_other_page_may_read_it(page_browser: Browser) -> None:
    headers = inbox(page_browser).ok().headers
    assert "access-control-allow-origin" not in headers
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_another_instances_mail_is_not_in_it(make_instance: Make, page_browser: Browser) -> None:
    with make_instance().browser(origin=None) as other:
        ask_for_code(other)
    assert inbox(page_browser).ok().json == []


def after(browser: Browser, newest: str) -> Reply:
    """Ask as an open page does, which knows the newest message."""
    return browser.request("GET", "/inbox", headers=JSON, params={"after": newest})


def test_who_waits_is_answered_with_another_message_or_after_a_while(
    make_instance: Make, page_browser: Browser
) -> None:
    began_at = time.monotonic()
    assert after(page_browser, "").ok().json == []
    # Answered at once, the page would ask again and again.
    assert time.monotonic() - began_at > 0.9
    with make_instance().browser(origin=None) as other:
        ask_for_code(other)
        assert after(page_browser, "").ok().json == []
    address = ask_for_code(page_browser)
    (mail,) = after(page_browser, "").ok().json
    assert mail["to"] == address
    (same,) = after(page_browser, mail["id"]).ok().json
    assert same["id"] == mail["id"]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example"]
)
def test_a_foreign_name_for_this_machine_finds_no_inbox(
    instance: Tenant, page_browser: Browser, host: str
) -> None:
    path = f"/~{instance.slug}/inbox"
    inbox(page_browser, path, Host="localhost:4100").ok()
    refused = inbox(page_browser, path, Host=host)
    assert refused.status == 404
    assert refused.codes == ["resource_not_found"]


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:3000", "null"])
def test_a_page_of_another_origin_finds_no_inbox(page_browser: Browser, origin: str) -> None:
    assert inbox(page_browser, Origin=origin).status == 404


def test_its_own_page_finds_the_inbox(instance: Tenant, page_browser: Browser) -> None:
    assert inbox(page_browser, Origin=f"http://{instance.host}").ok().json == []


@pytest.mark.parametrize(
    "header", [{"X-Forwarded-For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}]
)
def test_who_comes_through_a_proxy_finds_no_inbox(
    page_browser: Browser, header: dict[str, str]
) -> None:
    assert inbox(page_browser, **header).status == 404


def test_an_instance_for_the_world_has_no_inbox_even_here(make_instance: Make) -> None:
    instance = make_instance(frontend_host="clerk.inbox.example.com")
    with instance.browser(origin=None) as page_browser:
        assert inbox(page_browser, f"/~{instance.slug}/inbox", Host="localhost:4100").status == 404


def test_it_is_only_read(page_browser: Browser) -> None:
    refused = page_browser.post("/inbox")
    assert refused.status == 405
    assert refused.codes == ["method_not_allowed"]


def test_below_it_there_is_nothing(page_browser: Browser) -> None:
    assert inbox(page_browser, "/inbox/1").status == 404
