"""Case 29: a handshake sends browsers to the instance's own pages and nowhere else."""

import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.handshakes import parameter
from tests.harness import Browser, Tenant

HANDSHAKE = "/v1/client/handshake"
# `{home}` is the instance's own domain.
NOWHERE = [
    "",
    "/relative",
    "//evil.test/",
    "///evil.test/",
    "//{home}/",
    "https:evil.test",
    "https:/evil.test",
    "https:///evil.test",
    "https://evil-{home}/",
    "https://{home}.evil.test/",
    "https://{home}evil.test/",
    "https://app.{home}@evil.test/",
    "https://app.{home}:443@evil.test/",
    "https://evil.test#@app.{home}/",
    "https://evil.test?.app.{home}/",
    "https://evil.test\\@app.{home}/",
    "https://evil.test\\.app.{home}/",
    "https://app.{home}\\.evil.test/",
    "https://user:password@app.{home}/",
    "https://app.{home}:8443/",
    "https://app.{home}:x/",
    "http://app.{home}/",
    "http://localhost:3000/",
    "https://127.0.0.1/",
    "javascript:alert(1)//app.{home}/",
    "javascript://app.{home}/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "blob:https://app.{home}/x",
    "file://app.{home}/etc/passwd",
    "https%3A%2F%2Fapp.{home}",
    "https://app.{home}%2eevil.test/",
    # Hosts that a browser decodes, cuts short or cannot read; they end in the instance's own.
    "https://evil.test%2f.{home}/",
    "https://evil.test%2F.{home}/",
    "https://evil.test%5c.{home}/",
    "https://evil.test%23.{home}/",
    "https://evil.test%3f.{home}/",
    "https://evil.test%40.{home}/",
    "https://evil.test%3a443.{home}/",
    "https://evil.test%252f.{home}/",
    "https://%61pp.{home}/",
    "https://a%00.{home}/",
    "https://a%20b.{home}/",
    "https://evil.test;.{home}/",
    "https://evil.test,.{home}/",
    "https://evil.test|.{home}/",
    "https://evil.test^.{home}/",
    "https://evil.test<.{home}/",
    "https://evil.test'.{home}/",
    'https://evil.test".{home}/',
    "https://*.{home}/",
    "https://a&b.{home}/",
    "https://.{home}/",
    "https://a..{home}/",
    "https://{home}./",
    "https://app.{home}:/",
    "https://app.{home}:+443/",
    "https://app.{home}%00.evil.test/",
    "https://app.{home}\0.evil.test/",
    "https://app.{home}\t.evil.test/",
    "https://app.{home}/\r\nSet-Cookie: a=b",
    "https://app.{home}/ with a space",
    " https://app.{home}/",
    "\u0001https://app.{home}/",
    "https://[::1/",
    "https://[::1].app.{home}/",
    "https://\u0430pp.{home}/",
    "https://app.{home}\u2044.evil.test/",
    "https://app\uff0e{home}/",
    "https://app.{home}/\u65e5",
]


PLAIN = "/v1/redirect"


@pytest.fixture
def home(harness: object, request: pytest.FixtureRequest) -> str:
    """A domain of this test's own."""
    return f"t{abs(hash(request.node.nodeid))}.example"


@pytest.fixture
def instance(make_instance: Make, home: str) -> Tenant:
    """An instance of a domain, not of this machine."""
    return make_instance(Settings(test_mode=True), frontend_host=f"clerk.{home}")


@pytest.fixture
def browser(instance: Tenant, home: str) -> Browser:
    """A browser that follows a link: no page, no origin."""
    return instance.browser(origin=None)


def test_case_29_browser_is_not_sent_elsewhere(browser: Browser, home: str) -> None:
    for pattern in NOWHERE:
        url = pattern.replace("{home}", home)
        for endpoint in (HANDSHAKE, PLAIN) if url else (HANDSHAKE,):
            reply = browser.get(endpoint, redirect_url=url)
            assert reply.status in (400, 422), url
            assert reply.params == ["redirect_url"]
            assert "location" not in reply.headers
            assert "set-cookie" not in reply.headers


def test_case_29_browser_is_sent_to_pages_of_the_instance(browser: Browser, home: str) -> None:
    for page in ("/", "/@ada", "/?next=https://evil.test/", "/#top", "/%E6%97%A5?q=a%20b"):
        for host in (home, f"app.{home}", f"clerk.{home}"):
            reply = browser.get(HANDSHAKE, redirect_url=f"https://{host}{page}", format="nonce")
            assert (reply.status, reply.headers["location"]) == (307, f"https://{host}{page}")
            assert reply.headers["cache-control"] == "no-store"


def test_case_29_allowed_origin_is_allowed_exactly(instance: Tenant, browser: Browser) -> None:
    instance.update(allowed_origins=["https://partner.test:8443"])
    good = browser.get(HANDSHAKE, redirect_url="https://partner.test:8443/in?a=b", format="nonce")
    assert good.status == 307
    assert good.headers["location"].startswith("https://partner.test:8443/in?a=b&")
    assert parameter(good.headers["location"], "__clerk_handshake_nonce")
    for near in (
        "https://partner.test/",
        "https://a.partner.test:8443/",
        "http://partner.test:8443/",
    ):
        assert browser.get(HANDSHAKE, redirect_url=near).status == 400


def test_case_29_missing_target_is_a_missing_parameter(browser: Browser) -> None:
    assert browser.get(HANDSHAKE).codes == ["form_param_missing"]


def test_case_29_two_targets_are_none(browser: Browser, home: str) -> None:
    urls = [f"https://app.{home}/", "https://evil.test/"]
    assert browser.request("GET", HANDSHAKE, params={"redirect_url": urls}).status == 422


def test_case_29_local_instance_stays_on_this_machine(make_instance: Make) -> None:
    local = make_instance().browser(origin=None)
    for url in (
        "http://localhost:3000/",
        "http://127.0.0.1:5173/@x",
        "https://app.localhost/",
        "http://[::1]:3000/",
    ):
        assert local.get(HANDSHAKE, redirect_url=url).status == 307, url
    for url in (
        "http://localhost.evil.test/",
        "http://127.0.0.1.evil.test/",
        "http://evil.test/",
        "http://localhost:3000@evil.test/",
        "ftp://localhost/",
        "http://0x7f000001.evil.test/",
        "http://evil.test%2f.localhost/",
        "http://evil.test%5c.localhost:3000/",
        "http://evil.test%23.localhost/",
        "http://evil.test;.localhost/",
        "http://127.1/",
        "http://127.0.0.1%2f/",
        "http://[::1%25eth0]/",
        "http://localhost:0x50/",
        "http://localhost:080/",
    ):
        assert local.get(HANDSHAKE, redirect_url=url).codes == ["resource_missmatch"], url
