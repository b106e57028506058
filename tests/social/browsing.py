"""A browser of the app that goes to a provider and comes back, step by step as clerk-js does."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from tests.harness import ORIGIN, Browser, Reply
from tests.social.provider import Person, query_of

# Of the real provider, and of the one that says whatever it is told to say.
STRATEGY = "oauth_custom_mock"
STAND_IN = "oauth_custom_stand_in"
SSO_CALLBACK = f"{ORIGIN}/#/sso-callback"
HOME = f"{ORIGIN}/home"
BACK = {"redirect_url": SSO_CALLBACK, "action_complete_redirect_url": HOME}


def new_name(prefix: str = "ada") -> str:
    """Return a name that nobody has at the provider, nor here."""
    name, plus, tag = prefix.partition("+")
    return f"{name}.{uuid.uuid4().hex[:8]}{plus}{tag}"


def begin_sign_in(browser: Browser, strategy: str = STRATEGY, **more: Any) -> Reply:
    """Begin to sign in by a provider."""
    return browser.post("/v1/client/sign_ins", strategy=strategy, **{**BACK, **more})


def begin_sign_up(browser: Browser, strategy: str = STRATEGY, **more: Any) -> Reply:
    """Begin to sign up by a provider."""
    return browser.post("/v1/client/sign_ups", strategy=strategy, **{**BACK, **more})


def address_of(begun: Reply) -> str:
    """Return where the browser is to go."""
    body = begun.ok().body
    found = body.get("first_factor_verification") or body.get("verification")
    verification = found or body["verifications"]["external_account"]
    assert verification["status"] == "unverified"
    return verification["external_verification_redirect_url"]


def come_back(browser: Browser, location: str) -> Reply:
    """Follow the provider's redirect to the callback, and stop there."""
    assert urlsplit(location).netloc == browser.tenant.host
    return browser.get(urlsplit(location).path, **query_of(location))


def go_and_return(browser: Browser, begun: Reply, name: str, *, denies: bool = False) -> str:
    """Visit the provider as `name`, come back, and return where the app is entered again."""
    back = come_back(browser, Person(name).visit(address_of(begun), denies=denies))
    assert back.status == 303, back.text
    return back.headers["location"]


def sign_up_by_visit(browser: Browser, name: str) -> dict[str, Any]:
    """Sign up as somebody at the provider and return the user."""
    assert go_and_return(browser, begin_sign_up(browser), name) == HOME
    return browser.get("/v1/me").ok().body
