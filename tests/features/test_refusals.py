"""Whatever goes wrong, the answer is JSON in Clerk's envelope, and the page may read it."""

import pytest

from hallporter.core.connections import Connections
from tests.harness import ORIGIN, Backend, Browser, Tenant


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/no/such/route", 404, "resource_not_found"),
        ("PUT", "/v1/client/sign_ins", 405, "method_not_allowed"),
        ("GET", "/v1/client/..%2fclients", 400, "request_path_invalid"),
    ],
)
def test_unrouted_requests_are_told_in_the_envelope(
    browser: Browser, method: str, path: str, status: int, code: str
) -> None:
    reply = browser.request(method, path)
    assert (reply.status, reply.codes) == (status, [code])
    assert reply.headers["content-type"] == "application/json"
    assert reply.json["clerk_trace_id"]


def test_a_page_of_the_instance_may_read_a_404(browser: Browser) -> None:
    reply = browser.get("/v1/no/such/route")
    assert reply.headers["access-control-allow-origin"] == ORIGIN
    assert reply.headers["access-control-allow-credentials"] == "true"


def test_a_foreign_page_may_not(instance: Tenant) -> None:
    with instance.browser(origin="https://evil.example") as browser:
        for path in ("/v1/no/such/route", "/v1/client"):
            assert "access-control-allow-origin" not in browser.get(path).headers


def test_an_unreachable_database_is_503(
    browser: Browser, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise ConnectionRefusedError(111, "Connect call failed ('10.0.0.7', 5432)")

    monkeypatch.setattr(Connections, "take", away)
    for reply in (browser.post("/v1/client"), backend.get("/v1/users")):
        assert reply.status == 503
        assert reply.codes == ["service_unavailable"]
        assert reply.headers["retry-after"] == "1"
        assert "10.0.0.7" not in reply.text


def test_a_bug_shows_nothing_of_itself(
    browser: Browser, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: object) -> None:
        raise RuntimeError("the secret is mellon")

    monkeypatch.setattr(Connections, "take", broken)
    for reply in (browser.post("/v1/client"), backend.get("/v1/users")):
        assert reply.status == 500
        assert reply.codes == ["internal_clerk_error"]
        assert "mellon" not in reply.text
