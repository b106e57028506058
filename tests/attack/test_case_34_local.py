"""Case 34: a local instance, whose test codes everybody knows, is there for this machine alone."""

import pytest

from hallporter.contract.settings import Settings
from tests.extra_servers import extra_server, through
from tests.harness import Browser, Harness, Reply, Tenant
from tests.wire import connected, rest

# What proxies add, whatever it says: each alone is enough to know one.
ADDED = [
    *("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port"),
    *("X-Forwarded-Server", "X-Forwarded-Prefix", "X-Forwarded-Scheme", "X-Forwarded", "Via"),
    *("X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-Original-Forwarded-For", "CDN-Loop"),
    *("CF-Connecting-IP", "CF-Ray", "CF-Visitor", "CF-IPCountry", "True-Client-IP"),
    *("Fastly-Client-IP", "Fly-Client-IP", "X-Azure-ClientIP", "X-Envoy-External-Address"),
]
PAGES = ("/", "/inbox", "/start/client")


def fetch(tenant: Tenant, path: str, headers: dict[str, str], peer: str | None = None) -> Reply:
    """Ask as nobody in particular; the instance is named by host or in the path."""
    browser = tenant.browser(origin=None, address=peer)
    return browser.request("GET", path, headers=headers)


def raw(tenant: Tenant, line: str, *lines: str) -> str:
    """Send a request line of any version and return the reply."""
    with connected(tenant.harness.url) as connection:
        connection.sendall("\r\n".join([line, *lines, "", ""]).encode("latin-1"))
        return rest(connection).decode()


def test_case_34_a_local_instance_answers_on_this_machine(instance: Tenant) -> None:
    for host in (instance.host, "localhost:4100", "127.0.0.1", "[::1]:9"):
        path = f"/~{instance.slug}/v1/environment"
        assert fetch(instance, path, {"Host": host}).status == 200, host
        assert fetch(instance, f"/~{instance.slug}/inbox", {"Host": host}).status == 200, host
    assert fetch(instance, "/v1/environment", {}, peer="127.0.0.5").status == 200


@pytest.mark.parametrize("name", ADDED)
def test_case_34_no_proxy_reaches_a_local_instance(instance: Tenant, name: str) -> None:
    for given in ("203.0.113.7", "127.0.0.1", ""):
        for prefix in ("", f"/~{instance.slug}"):
            refused = fetch(instance, f"{prefix}/v1/environment", {name: given})
            assert (refused.status, refused.codes) == (400, ["host_invalid"]), (given, prefix)
            made = instance.browser().request("POST", f"{prefix}/v1/client", headers={name: given})
            assert (made.status, made.codes) == (400, ["host_invalid"])
            for page in PAGES:
                assert fetch(instance, f"{prefix}{page}", {name: given}).status == 404


@pytest.mark.parametrize(
    "host", ["evil.test", "app.example.com", "127.0.0.1.evil.test", "10.0.0.1"]
)
def test_case_34_no_public_name_reaches_a_local_instance(instance: Tenant, host: str) -> None:
    for path in ("/v1/environment", f"/~{instance.slug}/v1/environment"):
        assert fetch(instance, path, {"Host": host}).codes == ["host_invalid"]
    assert fetch(instance, f"/~{instance.slug}/inbox", {"Host": host}).status == 404


def test_case_34_a_proxy_that_adds_nothing_is_told_by_its_http(instance: Tenant) -> None:
    for path, status in (("/v1/environment", "400"), ("/inbox", "404")):
        host = f"Host: {instance.host}"
        assert raw(instance, f"GET {path} HTTP/1.0", host).split(" ")[1] == status
        assert (
            raw(instance, f"GET {path} HTTP/1.1", host, "Connection: close").split(" ")[1] == "200"
        )


def test_case_34_an_apps_own_proxy_reaches_it_with_the_key(instance: Tenant) -> None:
    """What Clerk's proxies send, and what is in front of an app adds to that."""
    given = {
        "Clerk-Proxy-Url": "http://localhost:3000/__clerk",
        "Clerk-Secret-Key": instance.secret_key,
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Host": "localhost:3000",
        "X-Forwarded-Proto": "http",
    }
    for path in ("/v1/environment", f"/~{instance.slug}/v1/environment"):
        assert fetch(instance, path, given).status == 200
        assert fetch(instance, path, {**given, "Host": "hallporter.internal"}).status == 200
    # Its inbox is for people on this machine.
    assert fetch(instance, "/inbox", given).status == 404


def test_case_34_no_other_key_opens_a_local_instance(harness: Harness, instance: Tenant) -> None:
    other = harness.make_instance()
    for key in (other.secret_key, instance.secret_key[:-1], instance.publishable_key, ""):
        given = {"Clerk-Secret-Key": key, "X-Forwarded-For": "203.0.113.7"}
        refused = fetch(instance, f"/~{instance.slug}/v1/environment", given)
        assert refused.codes == ["host_invalid"]


def test_case_34_a_local_page_may_not_read_the_refusal(instance: Tenant) -> None:
    """Whoever comes through a proxy is told in the envelope, and no page may read it."""
    evil: Browser = instance.browser(origin="https://evil.test")
    refused = evil.request("GET", "/v1/client", headers={"X-Forwarded-For": "203.0.113.7"})
    assert refused.codes == ["host_invalid"]
    assert "access-control-allow-origin" not in refused.headers


def test_case_34_behind_a_proxy_there_is_no_test_mode(harness: Harness, instance: Tenant) -> None:
    plain = harness.make_instance(Settings(test_mode=False))
    with extra_server(harness, behind_proxy=True) as behind:
        for path in ("/v1/environment", f"/~{instance.slug}/v1/environment"):
            assert fetch(through(behind, instance), path, {}).codes == ["host_invalid"]
            given = {"Clerk-Secret-Key": instance.secret_key}
            assert fetch(through(behind, instance), path, given).codes == ["host_invalid"]
        assert fetch(through(behind, instance), "/inbox", {}).status == 404
        assert fetch(through(behind, plain), "/v1/environment", {}).status == 200
