"""Methods beside those that endpoints name: HEAD, OPTIONS, and what is not allowed."""

import jwt
import pytest

from hallporter.edge.operation import Operation
from hallporter.main import operations
from tests.harness import ORIGIN, Backend, Browser, Tenant

ELSEWHERE = "https://docs.partner.example"
PUBLIC = [
    "/v1/health",
    "/.well-known/jwks.json",
    "/.well-known/openid-configuration",
    "/.well-known/assetlinks.json",
    "/.well-known/apple-app-site-association",
]
READS = [each for each in operations() if each.method == "GET" and "{" not in each.path]
SPENDING = [each for each in READS if each.spends]
# What Sentry, OpenTelemetry, Datadog, Zipkin, New Relic, Dynatrace and Elastic add.
TRACING = (
    "baggage,b3,elastic-apm-traceparent,newrelic,sentry-trace,traceparent,tracestate,uber-trace-id,"
    "x-b3-sampled,x-b3-traceid,x-datadog-origin,x-datadog-parent-id,x-datadog-sampling-priority,"
    "x-datadog-trace-id,x-dtpc,x-request-id"
)


def route(operation: Operation) -> str:
    return f"{operation.api} {operation.path}"


@pytest.mark.parametrize("operation", READS, ids=route)
def test_head_answers_wherever_get_does(
    backend: Backend, browser: Browser, operation: Operation
) -> None:
    caller = browser if operation.api == "frontend" else backend
    head = caller.request("HEAD", operation.path)
    assert head.text == ""
    expected = 200 if operation.spends else caller.get(operation.path).status
    assert head.status == expected


def test_head_has_the_headers_of_get(browser: Browser) -> None:
    head, got = (browser.request(each, "/v1/environment") for each in ("HEAD", "GET"))
    assert head.headers["content-length"] == str(len(got.response.content))
    assert head.headers["content-type"] == got.headers["content-type"]


def test_a_look_at_a_link_does_not_spend_it() -> None:
    assert {each.name for each in SPENDING} >= {"verify", "accept_ticket", "get_oauth_callback"}


def test_what_is_not_allowed_names_what_is(backend: Backend, browser: Browser) -> None:
    refused = backend.request("PUT", "/v1/clients")
    assert (refused.status, refused.codes) == (405, ["method_not_allowed"])
    assert {"GET", "HEAD"} <= set(refused.headers["allow"].split(", "))
    refused = browser.request("DELETE", "/v1/environment")
    assert refused.status == 405
    assert {"GET", "HEAD", "PATCH"} <= set(refused.headers["allow"].split(", "))


@pytest.mark.parametrize("path", PUBLIC)
def test_what_is_public_is_read_from_any_origin(instance: Tenant, path: str) -> None:
    for origin in (ELSEWHERE, "null"):
        with instance.browser(origin=origin) as page:
            reply = page.get(path).ok()
            headers = {
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "b3",
            }
            allowed = page.request("OPTIONS", path, headers=headers)
        for each in (reply, allowed):
            assert each.headers["access-control-allow-origin"] == "*"
            assert "access-control-allow-credentials" not in each.headers


def test_nothing_else_is_read_from_elsewhere(instance: Tenant) -> None:
    with instance.browser(origin=ELSEWHERE) as page:
        for operation in READS:
            if operation.api == "frontend" and not operation.readable_anywhere:
                reply = page.get(operation.path)
                assert "access-control-allow-origin" not in reply.headers, operation.path


def test_pages_may_trace_their_requests(browser: Browser) -> None:
    headers = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": TRACING}
    reply = browser.request("OPTIONS", "/v1/client/sign_ins", headers=headers)
    assert reply.status == 204
    assert reply.headers["access-control-allow-origin"] == ORIGIN
    allowed = {each.strip() for each in reply.headers["access-control-allow-headers"].split(",")}
    assert {*TRACING.split(","), "authorization", "content-type"} <= allowed


@pytest.mark.parametrize("requested", ["x" * 3_000, "a b", "a;b", "a,,b", ""])
def test_what_is_no_list_of_headers_is_not_repeated(browser: Browser, requested: str) -> None:
    headers = {"Access-Control-Request-Headers": requested}
    reply = browser.request("OPTIONS", "/v1/client", headers=headers)
    expected = "authorization, content-type, x-mobile, x-expo-sdk-version"
    assert reply.headers["access-control-allow-headers"] == expected


def test_whoever_knows_the_issuer_finds_its_keys(instance: Tenant, browser: Browser) -> None:
    token = browser.token(browser.sign_up().session_id)
    issuer = jwt.decode(token, options={"verify_signature": False})["iss"]
    found = browser.get("/.well-known/openid-configuration").ok().json
    assert found["issuer"] == issuer
    assert found["jwks_uri"] == f"http://{instance.host}/.well-known/jwks.json"
    assert jwt.get_unverified_header(token)["alg"] in found["id_token_signing_alg_values_supported"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert set(found["claims_supported"]) <= set(claims)
    assert not [name for name in found if name.endswith("_endpoint")]
