"""Mailed links as their readers open them."""

from urllib.parse import parse_qs, urlsplit

from hallporter.contract.settings import (
    Attributes,
    AttributeSettings,
    EmailLinkSettings,
    Settings,
)
from tests.harness import ORIGIN, Browser, Outbox, Reply

HERE = f"{ORIGIN}/verify?from=mail#/step"
BOTH = ["email_code", "email_link"]


def settings(*, require_same_client: bool = True) -> Settings:
    """Return settings under which addresses are proved by code or link."""
    address = AttributeSettings(
        enabled=True,
        required=True,
        used_for_first_factor=True,
        first_factors=BOTH,
        verifications=BOTH,
        verify_at_sign_up=True,
    )
    return Settings(
        test_mode=True,
        attributes=Attributes(email_address=address),
        email_link=EmailLinkSettings(require_same_client=require_same_client),
    )


def begin_sign_in(browser: Browser, address: str) -> str:
    """Ask for a link to sign in with, and return the path of the sign-in."""
    begun = browser.post(
        "/v1/client/sign_ins", identifier=address, strategy="email_link", redirect_url=HERE
    ).ok()
    return f"/v1/client/sign_ins/{begun.body['id']}"


def begin_sign_up(browser: Browser, address: str, **given: str) -> str:
    """Ask for a link to sign up with, and return the path of the sign-up."""
    begun = browser.post("/v1/client/sign_ups", email_address=address, **given).ok()
    path = f"/v1/client/sign_ups/{begun.body['id']}"
    browser.post(f"{path}/prepare_verification", strategy="email_link", redirect_url=HERE).ok()
    return path


def mailed(outbox: Outbox, address: str) -> str:
    """Return the path and query of the link that was mailed last."""
    parts = urlsplit(outbox.last_variable(address, "magic_link"))
    assert parts.path == "/v1/verify"
    return f"{parts.path}?{parts.query}"


def follow(browser: Browser, link: str) -> Reply:
    """Open a link as a mail program does: by address, from no page."""
    request = browser.http.build_request("GET", link)
    del request.headers["Origin"]
    return Reply(browser.http.send(request))


def query_of_link(opened: Reply) -> dict[str, str]:
    """Return what the page that a link leads to is told, having checked that it is that page."""
    assert opened.status == 303, opened.text
    parts = urlsplit(opened.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}#{parts.fragment}" == (
        f"{ORIGIN}/verify#/step"
    )
    found = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert found.pop("from") == "mail"
    return found
