"""Case 38: what a request costs before it is judged grows no faster than the request.

Counted in steps of the interpreter, all of them: ours, Falcon's and uvicorn's.
"""

import json
import secrets
from collections.abc import Callable

import pytest

from tests.counting import steps_of
from tests.harness import Backend, Browser, Reply, Tenant

_BY_THE_CLOCK = 4_000
Send = Callable[[Backend, Browser, int], Reply]


def _headers(backend: Backend, _browser: Browser, n: int) -> Reply:
    lines = [*((f"x-{i}", "a") for i in range(n)), ("x-0", "b")]
    return Reply(backend.http.get("/v1/clients/nobody", headers=lines))


def _one_header(backend: Backend, _browser: Browser, n: int) -> Reply:
    return Reply(backend.http.get("/v1/clients/nobody", headers=[("x-0", "a")] * n))


def _cookies(_backend: Backend, browser: Browser, n: int) -> Reply:
    cookies = "; ".join(["a=b"] * n * 20)
    return browser.request("GET", "/v1/client", headers={"Cookie": f"__client=x; {cookies}"})


def _client_cookies(_backend: Backend, browser: Browser, n: int) -> Reply:
    return browser.request("GET", "/v1/client", headers={"Cookie": "; ".join(["__client=x"] * n)})


def _query(backend: Backend, _browser: Browser, n: int) -> Reply:
    return backend.get("/v1/clients/nobody", **{f"a{i}": "b" for i in range(n * 10)})


def _one_parameter(backend: Backend, _browser: Browser, n: int) -> Reply:
    return Reply(backend.http.get("/v1/clients/nobody?" + "a=%41&" * n * 10))


def _segments(backend: Backend, _browser: Browser, n: int) -> Reply:
    return backend.get("/v1" + "/clients" * n)


def _form(_backend: Backend, browser: Browser, n: int) -> Reply:
    return browser.post("/v1/client/sign_ins", **{f"a{i}": "b" for i in range(n * 10)})


def _repeated_field(_backend: Backend, browser: Browser, n: int) -> Reply:
    body = b"identifier=%41&" * n * 10
    return browser.request("POST", "/v1/client/sign_ins", content=body)


def _unknown_fields(backend: Backend, _browser: Browser, n: int) -> Reply:
    fields = {f"a{i}": i for i in range(n * 100)}
    return backend.request("POST", "/v1/clients/verify", json=fields)


def _wide(_backend: Backend, browser: Browser, n: int) -> Reply:
    metadata = json.dumps({"a": [[]] * n * 100})
    return browser.post("/v1/client/sign_ups", unsafe_metadata=metadata)


def _deep(_backend: Backend, browser: Browser, n: int) -> Reply:
    metadata = '{"a":' * n + "1" + "}" * n
    return browser.post("/v1/client/sign_ups", unsafe_metadata=metadata)


def _origin(_backend: Backend, browser: Browser, n: int) -> Reply:
    return browser.request("GET", "/v1/client", headers={"Origin": "https://" + "a." * n * 100})


def _accept(_backend: Backend, browser: Browser, n: int) -> Reply:
    return browser.request("GET", "/v1/nothing", headers={"Accept": "a/b;c=d," * n * 20})


def _multipart(_backend: Backend, browser: Browser, n: int) -> Reply:
    # Lines that nearly end the part.
    near = b"\r\n--a" * n * 1_000
    head = b'--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'
    body = head + near + b"\r\n--b--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=b"}
    return browser.request("POST", "/v1/me/profile_image", content=body, headers=headers)


GROWING: list[Send] = [
    *(_headers, _one_header, _cookies, _client_cookies, _query, _one_parameter, _segments),
    *(_form, _repeated_field, _unknown_fields, _wide, _deep, _origin, _accept),
]


@pytest.mark.parametrize("send", GROWING, ids=lambda send: send.__name__[1:])
def test_case_38_twice_the_request_costs_no_more_than_twice(
    instance: Tenant, backend: Backend, browser: Browser, send: Send
) -> None:
    def send_anew(n: int) -> Reply:
        # A head that was there before costs less.
        backend.http.headers["x-once"] = browser.http.headers["x-once"] = secrets.token_hex(4)
        return send(backend, browser, n)

    _assert_straight(instance, send_anew)


def test_case_38_twice_the_upload_costs_no_more_than_twice(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    browser.sign_up()
    _assert_straight(instance, lambda n: _multipart(backend, browser, n))


def _assert_straight(tenant: Tenant, send: Callable[[int], Reply]) -> None:
    # What the server does by the clock falls between, now and then.
    assert any(_growth(tenant, send) < 2.3 for _ in range(4))


def _growth(tenant: Tenant, send: Callable[[int], Reply]) -> float:
    nothing, once, twice = (_steps(tenant, lambda n=n: send(n)) for n in (1, 40, 80))
    return (twice - nothing) / max(once - nothing, _BY_THE_CLOCK)


def _steps(tenant: Tenant, request: Callable[[], Reply]) -> int:
    assert request().status < 500
    return sum(steps_of(tenant, request).values())


def test_case_38_a_long_media_type_is_refused_before_it_is_parsed(browser: Browser) -> None:
    browser.sign_up()
    headers = {"content-type": "multipart/form-data; boundary=" + "b" * 300}
    body = b"--" + b"b" * 300 + b"--\r\n"
    reply = browser.request("POST", "/v1/me/profile_image", content=body, headers=headers)
    assert (reply.status, reply.codes) == (400, ["request_body_invalid"])


def test_case_38_of_many_unknown_fields_some_are_told(backend: Backend) -> None:
    reply = backend.request("POST", "/v1/clients/verify", json={f"a{i}": i for i in range(9_000)})
    assert reply.status == 422
    assert len(reply.codes) == 21
    assert (reply.params[0], reply.params[-1]) == ("a0", "token")
