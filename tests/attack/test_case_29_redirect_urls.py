"""Case 29: a redirect URL is one address of an app, and nothing that a browser acts on itself."""

import pytest

from hallporter.main import operations
from tests.conftest import Make
from tests.harness import Backend, Browser, Tenant

ROOT = "/v1/redirect_urls"
REFUSED = (
    "/relative",
    "//evil.test/",
    "my-app",
    "my-app:callback",
    "my-app:/callback",
    "://callback",
    "1app://callback",
    "my_app://callback",
    " my-app://callback",
    "my-app://call back",
    "my-app://callback\n",
    "my-app://call\tback",
    "my-app://callback\\@evil.test",
    "my-app://callback\0",
    "my-app://c\u0430llback",
    "my-app://user@callback",
    "my-app://call%62ack",
    "my-app://callback#part",
    "my-app://callback#",
    "my-app://[callback",
    "my-app://*",
    "http://example.com/callback",
    "http://localhost.evil.test/",
    "http://127.0.0.1.evil.test/",
    "http://localhost@evil.test/",
    "https://",
    "https:///callback",
    "https://*.example.com/callback",
    "https://user:password@example.com/",
    "https://EXAMPLE.com/",
    "https://example.com:x/",
    "https://example.com%2f.evil.test/",
    "https://example.com\\.evil.test/",
    "javascript://callback/%0aalert(1)",
    "JavaScript://callback/%0aalert(1)",
    "data://text/html,x",
    "vbscript://callback",
    "file:///etc/passwd",
    "blob://example.com/x",
    "filesystem://example.com/x",
    "view-source://example.com/",
    "about://blank",
    "ftp://example.com/",
)


def test_case_29_what_is_no_one_place_of_an_app_is_not_listed(backend: Backend) -> None:
    for url in REFUSED:
        reply = backend.post(ROOT, url=url)
        assert (reply.status, reply.codes) == (422, ["form_param_format_invalid"]), url
        assert reply.params == ["url"]
    assert backend.get(ROOT).ok().json == []


def test_case_29_list_is_of_who_holds_the_instances_key(
    instance: Tenant, backend: Backend, browser: Browser, make_instance: Make
) -> None:
    made = backend.post(ROOT, url="my-app://callback").ok().json
    browser.sign_up()
    stranger = instance.browser(origin=None)
    with make_instance().backend() as other:
        for operation in operations():
            if not operation.path.startswith(ROOT):
                continue
            path = operation.path.replace("{redirect_url_id}", made["id"])
            for anybody in (browser, stranger):
                reply = anybody.request(operation.method, path, json={"url": "evil://callback"})
                assert reply.status == 401, (operation.name, reply.text)
            theirs = other.request(operation.method, path, json={"url": "evil://callback"})
            assert "my-app" not in theirs.text, operation.name
            assert (theirs.status == 404) == ("{" in operation.path), operation.name
    assert backend.get(ROOT).ok().json == [made]


@pytest.mark.parametrize("endpoint", ["client/handshake", "client/sync", "redirect"])
def test_case_29_listed_address_is_for_visits_alone(
    backend: Backend, browser: Browser, endpoint: str
) -> None:
    url = "https://partner.test/callback"
    backend.post(ROOT, url=url).ok()
    reply = browser.get(f"/v1/{endpoint}", redirect_url=url)
    assert 400 <= reply.status < 500
    assert "location" not in reply.headers


def test_case_29_mails_lead_to_no_listed_address(backend: Backend) -> None:
    url = "https://partner.test/callback"
    backend.post(ROOT, url=url).ok()
    given = {"email_address": "ada@example.com", "redirect_url": url}
    assert backend.post("/v1/invitations", **given).codes == ["resource_missmatch"]
