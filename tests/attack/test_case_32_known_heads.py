"""Case 32: a head that was let in before is let in only as long as it may be."""

import pytest

from hallporter.contract import api_version
from tests.harness import Backend, Browser, Tenant, new_address

PAGE = "https://app.example.com"


@pytest.fixture
def page(instance: Tenant) -> Browser:
    """Somebody signed in on a page that the instance lists."""
    instance.update(allowed_origins=[PAGE])
    browser = instance.browser(origin=PAGE)
    browser.sign_up()
    return browser


def test_case_32_a_page_that_is_listed_no_more_is_foreign_at_once(
    instance: Tenant, page: Browser
) -> None:
    for _ in range(3):
        assert page.get("/v1/client").headers["access-control-allow-origin"] == PAGE
    instance.update(allowed_origins=[])
    refused = page.get("/v1/client")
    assert (refused.status, refused.codes) == (400, ["origin_invalid"])
    assert "access-control-allow-origin" not in refused.headers
    instance.update(allowed_origins=[PAGE])
    page.get("/v1/client").ok()


def test_case_32_a_user_who_is_banned_is_signed_out_with_the_same_head(
    page: Browser, backend: Backend
) -> None:
    session = page.get("/v1/client").ok().body["sessions"][0]
    path = f"/v1/client/sessions/{session['id']}/tokens"
    for _ in range(3):
        page.post(path).ok()
    backend.post(f"/v1/users/{session['user']['id']}/ban").ok()
    assert page.post(path).status >= 400
    assert page.get("/v1/client").json["response"]["sessions"] == []


def test_case_32_one_head_brings_many_bodies(page: Browser) -> None:
    first, second = ("aaaa" + new_address(), "bbbb" + new_address())
    page.http.cookies.clear()
    for given in (first, second):
        shown = page.post("/v1/client/sign_ups", email_address=given).ok().body["email_address"]
        assert shown == given.lower()


def test_case_32_a_key_that_was_revoked_is_unknown_with_the_same_head(
    instance: Tenant, backend: Backend
) -> None:
    for _ in range(3):
        backend.get("/v1/users").ok()
    instance.update(api_version=api_version.V2021_02_05)
    backend.get("/v1/users").ok()
    key = backend.http.headers["Authorization"]
    backend.http.headers["Authorization"] = key[:-1] + ("A" if key[-1] != "A" else "B")
    assert backend.get("/v1/users").status == 401
    backend.http.headers["Authorization"] = key
    backend.get("/v1/users").ok()
