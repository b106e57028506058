"""Instances: found by host, by path prefix and by secret key; what of them is public."""

from collections.abc import Iterator

import pytest

from hallporter.contract.settings import DisplaySettings, Settings
from tests.conftest import Make
from tests.harness import OTHER_SIGNING_KEY, Browser, Harness, Tenant, running_harness


def test_instance_is_found_by_its_host(browser: Browser, make_instance: Make) -> None:
    other = make_instance(signing_key=OTHER_SIGNING_KEY).browser()
    mine = browser.get("/.well-known/jwks.json").ok().json
    assert mine != other.get("/.well-known/jwks.json").ok().json
    shouted = browser.request(
        "GET", "/.well-known/jwks.json", headers={"Host": browser.tenant.host.upper()}
    )
    assert shouted.ok().json == mine


def test_instance_is_found_by_its_prefix(instance: Tenant, make_instance: Make) -> None:
    other = make_instance()
    browser = other.browser()
    browser.http.headers["Host"] = "localhost:4100"
    reply = browser.get(f"/~{instance.slug}/v1/environment/").ok()
    assert reply.json == instance.browser().get("/v1/environment").json


def test_prefixed_instances_keep_their_cookies_apart(instance: Tenant, make_instance: Make) -> None:
    other = make_instance()
    browser = instance.browser()
    browser.http.headers["Host"] = "localhost:4100"
    made = [browser.post(f"/~{each.slug}/v1/client").ok() for each in (instance, other)]
    for reply, tenant in zip(made, (instance, other), strict=True):
        assert f"Path=/~{tenant.slug};" in reply.headers["set-cookie"] + ";"
        found = browser.get(f"/~{tenant.slug}/v1/client").ok().body
        assert found["id"] == reply.body["id"]


def test_instance_is_found_by_its_secret_key(instance: Tenant, make_instance: Make) -> None:
    other = make_instance(signing_key=OTHER_SIGNING_KEY)
    with instance.backend() as mine, other.backend() as theirs:
        for backend in (mine, theirs):
            backend.http.headers["Host"] = "api.example.com"
        assert mine.get("/v1/jwks").ok().json != theirs.get("/v1/jwks").ok().json


@pytest.fixture(scope="module")
def lone_harness() -> Iterator[Harness]:
    """A server with one instance."""
    with running_harness() as harness:
        yield harness


def test_lone_instance_is_reached_by_any_local_name_until_there_are_two(
    lone_harness: Harness,
) -> None:
    first = lone_harness.make_instance(Settings(test_mode=True))
    browser = first.browser()
    for host in ("my-machine:4100", "localhost", "localhost:4100", "127.0.0.1:9"):
        browser.http.headers["Host"] = host
        expected = 400 if host == "my-machine:4100" else 200
        assert browser.get("/v1/environment").status == expected
    lone_harness.make_instance()
    reply = browser.get("/v1/environment")
    assert (reply.status, reply.codes) == (400, ["host_invalid"])


def test_environment_is_public_and_answers_patch_alike(browser: Browser) -> None:
    environment = browser.get("/v1/environment").ok().json
    assert browser.post("/v1/environment", _method="PATCH").ok().json == environment
    assert browser.request("PATCH", "/v1/environment").ok().json == environment
    assert environment["auth_config"]["object"] == "auth_config"
    assert environment["display_config"]["object"] == "display_config"
    attributes = environment["user_settings"]["attributes"]
    assert {"email_address", "phone_number", "username", "password", "passkey"} <= set(attributes)
    assert {"organization", "user"} <= set(environment["commerce_settings"]["billing"])


def test_environment_tells_the_settings(make_instance: Make) -> None:
    tenant = make_instance(
        Settings(single_session_mode=True, display=DisplaySettings(application_name="Acme"))
    )
    browser = tenant.browser()
    environment = browser.get("/v1/environment").ok().json
    assert environment["display_config"]["application_name"] == "Acme"
    assert environment["auth_config"]["single_session_mode"] is True
    tenant.update(sign_up__mode="restricted")
    environment = browser.get("/v1/environment").ok().json
    assert environment["user_settings"]["sign_up"]["mode"] == "restricted"


def test_environment_tells_no_secret(make_instance: Make) -> None:
    tenant = make_instance()
    tenant.update(mail__password="canary", mail__username="postmaster")
    text = tenant.browser().get("/v1/environment").ok().text
    for secret in ("canary", "postmaster", tenant.secret_key, "PRIVATE"):
        assert secret not in text


def test_keys_are_public_in_both_apis_without_their_private_half(
    instance: Tenant, browser: Browser
) -> None:
    with instance.backend() as backend:
        body = backend.get("/v1/jwks").ok().json
    assert browser.get("/.well-known/jwks.json").ok().json == body
    (key,) = body["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "alg", "use"}
    assert (key["alg"], key["use"], key["e"]) == ("RS256", "sig", "AQAB")


def test_health_is_told(browser: Browser) -> None:
    assert browser.get("/v1/health").ok().json == {"status": "healthy"}


def test_every_status_is_json(browser: Browser) -> None:
    for reply, status, code in (
        (browser.get("/v1/nowhere"), 404, "resource_not_found"),
        (browser.get("/nowhere/at/all"), 404, "resource_not_found"),
        (browser.request("DELETE", "/v1/environment"), 405, "method_not_allowed"),
        (browser.request("PUT", "/v1/client/sign_ins"), 405, "method_not_allowed"),
    ):
        assert (reply.status, reply.codes) == (status, [code])
        assert reply.headers["content-type"] == "application/json"
        assert reply.json["clerk_trace_id"]
