"""Case 34: only who holds the secret key may say where we are reached, and by whom."""

import uuid
from collections.abc import Iterator

import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.harness import Browser, Harness, Reply, Tenant

HOME = f"t{uuid.uuid4().hex[:8]}.example"
URL = f"https://app.{HOME}/__clerk"


@pytest.fixture(scope="module")
def instance(harness: Harness) -> Iterator[Tenant]:
    """An instance of a domain."""
    yield harness.make_instance(Settings(test_mode=True), frontend_host=f"clerk.{HOME}")
    harness.hang_up()


def fetch(
    browser: Browser, *, key: str | None, url: str = URL, address: str = "203.0.113.9"
) -> Reply:
    """Ask as a proxy does, with any key and address."""
    headers = {"Clerk-Proxy-Url": url, "X-Forwarded-For": address}
    if key is not None:
        headers["Clerk-Secret-Key"] = key
    return browser.request("GET", "/v1/proxy-health", params={"domain_id": "x"}, headers=headers)


def test_case_34_wrong_key_is_worth_nothing(instance: Tenant, make_instance: Make) -> None:
    other = make_instance()
    wrong = ["", "sk_live_x", instance.secret_key[:-1], instance.publishable_key]
    for key in (None, *wrong, other.secret_key):
        browser = instance.browser(origin=None)
        reply = fetch(browser, key=key)
        assert (reply.status, reply.json["status"]) == (503, "unhealthy"), key
        assert "203.0.113.9" not in reply.text
        headers = {"Clerk-Proxy-Url": URL, "Clerk-Secret-Key": key or ""}
        made = browser.request("POST", "/v1/client", headers=headers).ok()
        # Not the proxy's path, and the hint is for the whole domain: as without any proxy.
        assert "/__clerk" not in str(made.headers)
        assert f"Domain={HOME}" in str(made.headers)


def test_case_34_key_of_another_instance_chooses_no_other_instance(
    instance: Tenant, make_instance: Make
) -> None:
    other = make_instance()
    browser = instance.browser(origin=None)
    headers = {"Clerk-Secret-Key": other.secret_key}
    plain = browser.get("/v1/environment").json
    assert browser.request("GET", "/v1/environment", headers=headers).json == plain


def test_case_34_page_gains_nothing_by_a_foreign_key(instance: Tenant) -> None:
    evil = instance.browser(origin="https://evil.test")
    assert fetch(evil, key="sk_live_guessed", url="https://evil.test/__clerk").codes == [
        "origin_invalid"
    ]


def test_case_34_proxy_that_believes_its_visitors_is_refused(instance: Tenant) -> None:
    # Proxies make this header of X-Forwarded-Host, which whoever calls them may send.
    for url in (
        "https://evil.test/__clerk",
        f"https://app.{HOME}.evil.test/__clerk",
        f"https://app.{HOME}@evil.test/__clerk",
        f"http://app.{HOME}/__clerk",
        f"https://app.{HOME}/__clerk?a=b",
        f"https://app.{HOME}/__clerk#a",
        f"https://app.{HOME}/x;Domain=evil.test",
        f"https://app.{HOME}/x\\y",
        f"https://app.{HOME}//evil.test",
        "/__clerk",
        "javascript:alert(1)",
        "",
    ):
        reply = fetch(instance.browser(origin=None), key=instance.secret_key, url=url)
        assert (reply.status, reply.codes) == (400, ["proxy_url_invalid"]), url


def test_case_34_address_is_the_one_the_proxy_saw(instance: Tenant) -> None:
    for said, seen in (
        ("203.0.113.9", "203.0.113.9"),
        ("10.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("evil, 2001:DB8::1", "2001:db8::1"),
        ("203.0.113.9:51423", "203.0.113.9"),
        ("10.0.0.1, [2001:db8::1]:80", "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
    ):
        reply = fetch(instance.browser(origin=None), key=instance.secret_key, address=said)
        assert reply.json["x_forwarded_for"] == seen
    for said in ("", "evil", "203.0.113.9, <script>", "203.0.113.9:x", "1.2.3.4,"):
        reply = fetch(instance.browser(origin=None), key=instance.secret_key, address=said)
        assert reply.status == 503, said


def test_case_34_secret_key_is_told_to_nobody(instance: Tenant) -> None:
    reply = fetch(instance.browser(origin=None), key=instance.secret_key)
    assert instance.secret_key not in reply.text + str(reply.headers)
