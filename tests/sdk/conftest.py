"""Clerk's own SDKs, as an app has them."""

import uuid
from collections.abc import Iterator

import httpx
import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.harness import Browser, Tenant
from tests.sdk.node import Node, Sdk
from tests.sdk.page import Page


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    """A Node process that has loaded @clerk/backend."""
    with Node() as node:
        yield node


@pytest.fixture
def sdk(node: Node, instance: Tenant) -> Sdk:
    """@clerk/backend with the keys of the test's instance."""
    return Sdk(node, instance)


@pytest.fixture
def page(sdk: Sdk, browser: Browser) -> Page:
    """A page of an app that uses the instance, in the test's browser."""
    return Page(sdk, browser)


@pytest.fixture
def development(make_instance: Make) -> Tenant:
    """An instance with a `pk_test_` key."""
    return make_instance(Settings(test_mode=True), environment_type="development")


@pytest.fixture
def dev_page(node: Node, development: Tenant) -> Iterator[Page]:
    """A page of an app that uses the development instance, in a browser of its own."""
    with development.browser() as browser:
        yield Page(Sdk(node, development), browser)


@pytest.fixture
def public_page(node: Node, make_instance: Make) -> Iterator[Page]:
    """A page under the domain of an instance that is not on this machine."""
    domain = f"{uuid.uuid4().hex[:12]}.example.com"
    instance = make_instance(Settings(test_mode=True), frontend_host=f"clerk.{domain}")
    with instance.browser(origin=f"https://app.{domain}") as browser:

        def keep_secure_cookies(_: httpx.Response) -> None:
            """Send them on: TLS would end in front of the server, and the browser beyond it."""
            for cookie in browser.http.cookies.jar:
                cookie.secure = False

        browser.http.event_hooks = {"response": [keep_secure_cookies]}
        yield Page(Sdk(node, instance, is_proxied=False), browser, f"https://app.{domain}")
