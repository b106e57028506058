"""APIs of their own with @clerk/fastify and @clerk/hono, as `hallporter keys` sets them up."""

import json
from typing import Any

import pytest

from tests.harness import Browser, Tenant
from tests.sdk.node import APP, Node, Sdk

FRAMEWORKS = ("fastify", "hono")


def ask(sdk: Sdk, framework: str, headers: dict[str, str], **options: str) -> Any:
    keys = {"secretKey": sdk.tenant.secret_key, "publishableKey": sdk.tenant.publishable_key}
    return sdk.node.ask(
        "askApi",
        framework=framework,
        keys=keys,
        options=options,
        url=f"{APP}/me",
        headers={"host": "localhost:3000", **headers},
    )


def who(answer: Any) -> str | None:
    assert answer["status"] == 200, answer
    return json.loads(answer["body"])["user_id"]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_bearer_of_a_session_token_is_known(sdk: Sdk, browser: Browser, framework: str) -> None:
    account = browser.sign_up()
    bearer = {"authorization": f"Bearer {browser.token(account.session_id)}"}
    answer = ask(sdk, framework, bearer, apiUrl=sdk.tenant.harness.url, proxyUrl=sdk.frontend_url)
    assert who(answer) == account.user_id


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_stranger_is_signed_out(sdk: Sdk, framework: str) -> None:
    answer = ask(sdk, framework, {}, apiUrl=sdk.tenant.harness.url, proxyUrl=sdk.frontend_url)
    assert who(answer) is None


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_key_of_one_line_verifies_without_asking_the_server(
    sdk: Sdk, browser: Browser, framework: str
) -> None:
    account = browser.sign_up()
    bearer = {"authorization": f"Bearer {browser.token(account.session_id)}"}
    answer = ask(sdk, framework, bearer, jwtKey=sdk.tenant.jwt_key, apiUrl="http://127.0.0.1:1")
    assert who(answer) == account.user_id


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_api_apart_with_a_test_key_knows_bearers_and_no_cookies(
    node: Node, development: Tenant, framework: str
) -> None:
    """docs/servers.md says so: the dev browser comes with a page's handshake."""
    sdk = Sdk(node, development)
    options = {"apiUrl": development.harness.url, "proxyUrl": sdk.frontend_url}
    with development.browser() as browser:
        account = browser.sign_up()
        token = browser.token(account.session_id)
    bearer = {"authorization": f"Bearer {token}"}
    assert who(ask(sdk, framework, bearer, **options)) == account.user_id
    headers = {"cookie": f"__session={token}; __client_uat=1", "sec-fetch-dest": "empty"}
    assert who(ask(sdk, framework, headers, **options)) is None
