"""Cases 34 and 35: who is meant is read once, and nobody can whisper another answer."""

import pytest

from tests.conftest import Make
from tests.harness import PASSWORD, Account, Backend, Browser, Outbox, Tenant, new_address
from tests.wire import connected, rest

FORWARDED = {
    "X-Forwarded-Host": "evil.test",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "Forwarded": "host=evil.test;proto=https;for=203.0.113.9",
    "X-Real-IP": "203.0.113.9",
    "X-Original-URL": "/v1/clients",
    "X-Rewrite-URL": "/v1/clients",
    "X-HTTP-Method-Override": "DELETE",
}


def test_case_34_unknown_host_reaches_no_instance(browser: Browser, make_instance: Make) -> None:
    make_instance()
    for host in ("evil.test", "localhost:4100", f"{browser.tenant.host}.evil.test", "evil.test:80"):
        reply = browser.request("GET", "/v1/client", headers={"Host": host})
        assert (reply.status, reply.codes) == (400, ["host_invalid"])


def test_case_34_forwarded_headers_choose_no_other_instance(make_instance: Make) -> None:
    browser = make_instance(frontend_host="clerk.caseforwarded.example").browser(origin=None)
    other = make_instance()
    headers = {"X-Forwarded-Host": other.host, "X-Host": other.host}
    reply = browser.request("GET", "/.well-known/jwks.json", headers=headers).ok()
    assert reply.json == browser.get("/.well-known/jwks.json").json


def test_case_34_forwarded_headers_change_no_reply(make_instance: Make) -> None:
    tenant = make_instance(frontend_host="clerk.casethirtyfive.example")
    for headers in ({}, FORWARDED):
        browser = tenant.browser(origin=None)
        account = tenant.backend().create_user()
        address = account["email_addresses"][0]["email_address"]
        reply = browser.request(
            "POST",
            "/v1/client/sign_ins",
            data={"identifier": address, "password": PASSWORD, "strategy": "password"},
            params={"_is_native": "1"},
            headers=headers,
        ).ok()
        assert "evil.test" not in reply.text + str(reply.headers)
        shown = {"Authorization": reply.headers["authorization"], **headers}
        (session,) = browser.request(
            "GET", "/v1/me/sessions/active", params={"_is_native": "1"}, headers=shown
        ).json
        assert session["latest_activity"]["ip_address"] == "127.0.0.1"


def test_case_34_cookies_belong_to_the_instances_domain_whatever_the_host_says(
    make_instance: Make,
) -> None:
    tenant = make_instance(frontend_host="clerk.casethirtyfour.example")
    browser = tenant.browser(origin=None)
    cookies = browser.request("POST", "/v1/client", headers=FORWARDED).response.headers.get_list(
        "set-cookie"
    )
    client = next(each for each in cookies if each.startswith("__client="))
    assert "domain" not in client.lower()
    assert all("Secure" in each for each in cookies)
    hints = [each for each in cookies if each.startswith("__client_uat")]
    assert len(hints) == 2
    assert all("Domain=casethirtyfour.example" in each for each in hints)


def test_case_34_secret_key_chooses_its_instance_whatever_the_host_says(
    backend: Backend, browser: Browser, make_instance: Make
) -> None:
    browser.post("/v1/client").ok()
    other = make_instance()
    for headers in ({"Host": other.host}, {"Host": "api.clerk.com"}):
        path = f"/v1/clients/{browser.client_id}"
        assert backend.request("GET", path, headers=headers).status == 200


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "Forwarded"])
def test_case_34_links_made_for_a_server_lead_to_the_instance_whatever_the_host_says(
    backend: Backend, instance: Tenant, outbox: Outbox, name: str
) -> None:
    says = {name: "host=evil.example" if name == "Forwarded" else "evil.example"}
    user_id = backend.create_user()["id"]
    newcomer = new_address()
    made = {
        "/v1/sign_in_tokens": {"user_id": user_id},
        "/v1/actor_tokens": {"user_id": user_id, "actor": {"sub": "user_admin"}},
        "/v1/invitations": {"email_address": newcomer},
    }
    for path, body in made.items():
        reply = backend.request("POST", path, json=body, headers=says).ok()
        assert f"//{instance.host}/" in reply.json["url"], path
        assert "evil" not in reply.text
    assert f"//{instance.host}/" in outbox.last_variable(newcomer, "action_url")


def raw(tenant: Tenant, target: str, *lines: str) -> str:
    """Send a request line as it is, unlike any HTTP library, and return the reply."""
    head = [f"GET {target} HTTP/1.1", f"Host: {tenant.host}", "Connection: close", *lines]
    with connected(tenant.harness.url) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode("latin-1"))
        return rest(connection).decode()


AMBIGUOUS = [
    "/v1//clients",
    "/v1/clients//",
    "/v1%2fclients",
    "/v1%2Fclients",
    "/v1/%2e%2e/v1/clients",
    "/v1/client/../clients",
    "/v1/./clients",
    "/v1/client%2f..%2fclients",
    "/v1/client/..;/clients",
    "/v1/clients;x=y",
    "/v1\\clients",
    "/v1%5cclients",
    "/v1/clients%00",
    "/v1/clients/client_x%00",
    "/v1/%2e/clients",
]


@pytest.mark.parametrize("with_key", [True, False])
def test_case_35_ambiguous_path_is_nobodys(instance: Tenant, with_key: bool) -> None:
    key = [f"Authorization: Bearer {instance.secret_key}"] if with_key else []
    for path in AMBIGUOUS:
        reply = raw(instance, path, *key)
        assert reply.startswith("HTTP/1.1 400"), (path, reply[:80])
        assert "request_path_invalid" in reply


def test_case_35_other_spelling_is_another_path(instance: Tenant) -> None:
    key = f"Authorization: Bearer {instance.secret_key}"
    for path in ("/V1/clients", "/v1/Clients", "/v1/clients/%252e%252e", "/v1/clients/..", "/"):
        reply = raw(instance, path, key)
        assert reply.startswith("HTTP/1.1 404") or path == "/", (path, reply[:80])


def test_case_35_leading_slashes_name_no_host(instance: Tenant) -> None:
    for path in ("//v1/environment", "///v1/environment"):
        assert raw(instance, path).startswith("HTTP/1.1 200")
    assert raw(instance, "//evil.test/v1/environment").startswith("HTTP/1.1 404")


def test_case_35_header_that_comes_twice_is_one_list(instance: Tenant, make_instance: Make) -> None:
    other = make_instance()
    key, foreign_key = (f"Authorization: Bearer {each.secret_key}" for each in (instance, other))
    own, foreign = f"Origin: https://{instance.host}", "Origin: https://evil.test"
    for path, lines, expected in (
        ("/v1/environment", [f"Host: {other.host}"], 400),
        ("/v1/environment", [own], 200),
        ("/v1/environment", [own, foreign], 400),
        ("/v1/environment", [foreign, own], 400),
        ("/v1/clients", [key], 200),
        ("/v1/clients", [key, foreign_key], 401),
        ("/v1/clients", [foreign_key, key], 401),
    ):
        reply = raw(instance, path, *lines)
        assert reply.startswith(f"HTTP/1.1 {expected}"), (lines, reply[:80])


def test_case_35_cookies_may_come_in_several_lines(browser: Browser) -> None:
    browser.sign_up()
    shown = f"Cookie: __client={browser.cookie('__client')}"
    for lines in (["Cookie: a=1", shown], [shown, "Cookie: a=1"], [f"{shown}; __client=b"]):
        assert browser.client_id in raw(browser.tenant, "/v1/client", *lines)


def test_case_35_path_prefix_opens_one_instance(
    instance: Tenant, browser: Browser, make_instance: Make
) -> None:
    other = make_instance()
    assert other.publishable_key != instance.publishable_key
    plain = browser.get("/.well-known/jwks.json").json
    for path, expected in (
        (f"/~{instance.slug}/.well-known/jwks.json", 200),
        (f"/~{other.slug}/.well-known/jwks.json", 200),
        (f"/~{instance.slug}/~{other.slug}/.well-known/jwks.json", 404),
        (f"/~{instance.slug}//.well-known/jwks.json", 400),
        ("/~nobody/.well-known/jwks.json", 400),
        ("/~/.well-known/jwks.json", 400),
        (f"/~{instance.slug.upper()}/.well-known/jwks.json", 400),
    ):
        reply = browser.get(path)
        assert reply.status == expected, path
        if expected == 200:
            assert (reply.json == plain) == path.startswith(f"/~{instance.slug}/")


def test_case_35_prefix_does_not_carry_a_secret_key_to_another_instance(
    backend: Backend, browser: Browser, make_instance: Make
) -> None:
    account: Account = browser.sign_up()
    other = make_instance()
    with other.backend() as stranger:
        path = f"/~{backend.tenant.slug}/v1/users/{account.user_id}"
        assert stranger.get(path).status == 404


def test_case_35_bytes_that_are_no_text_are_refused_not_an_error(instance: Tenant) -> None:
    for path in (
        "/v1/client?a=%ff",
        "/v1/client?__clerk_api_version=%ff",
        "/v1/client?__clerk_db_jwt=%00",
        "/v1/me?_clerk_session_id=%00",
        "/v1/%ff",
        "/v1/client/sessions/%ff",
        "/%zz",
        "/v1/client?%",
    ):
        status = raw(instance, path).split(" ")[1]
        assert status in ("200", "400", "401", "404", "422"), path
