"""Wallets in Clerk's own components: a stand-in for MetaMask signs what the page asks it to."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import apps
from tests.browser.opening import opened
from tests.browser.servers import RunningServer, running_server
from tests.browser.start_page import PASSWORD, new_user, sign_out, wait_until_signed_in
from tests.wallets import Wallet

SETTINGS = {
    "attributes.web3_wallet.enabled": "true",
    "attributes.email_address.required": "false",
    "attributes.password.required": "false",
}
LOADED = """{ ui: { ClerkUI: window.__internal_ClerkUICtor }, signInUrl: '/in', signUpUrl: '/up',
  signInForceRedirectUrl: '/me', signUpForceRedirectUrl: '/me' }"""
PAGE = """\
<!doctype html>
<title>An app</title>
<link rel="icon" href="data:,">
%s
<div id="app"></div>
<script type="module">
  await Clerk.load(%s);
  const here = document.getElementById("app");
  const routing = { routing: "hash" };
  if (location.pathname === "/in") Clerk.mountSignIn(here, routing);
  else if (location.pathname === "/own") Clerk.mountSignIn(here, { ...routing, appearance: {
    elements: { providerIcon__metamask: { backgroundImage: "url('data:image/svg+xml,')" } } } });
  else if (location.pathname === "/up") Clerk.mountSignUp(here, routing);
  else if (Clerk.user) Clerk.mountUserProfile(here, routing);
  document.title = "Ready";
</script>
"""
# An extension: it announces itself (EIP-6963), and answers requests (EIP-1193).
EXTENSION = """
const provider = { async request({ method, params }) {
  if (method === "eth_requestAccounts") return [await window.walletAddress()];
  if (method === "personal_sign") return await window.walletSigns(...params);
  throw Object.assign(new Error(method), { code: 4200 });
} };
const info = { uuid: "0e5b0c9e-9a1a-4c3e-8f5b-2f4e0f4f6a11", name: "MetaMask",
  icon: "data:image/svg+xml,", rdns: "io.metamask" };
const announce = () => window.dispatchEvent(
  new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
window.addEventListener("eip6963:requestProvider", announce);
announce();
"""


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A server whose users may have wallets, and nothing else if they like."""
    with running_server() as server:
        server.change(*(f"{name}={value}" for name, value in SETTINGS.items()))
        yield server


@pytest.fixture(scope="module")
def app(server: RunningServer) -> Iterator[str]:
    """An app on a port of its own."""
    with apps.running_app(PAGE % (apps.scripts(server), LOADED)) as url:
        yield url


@pytest.fixture
def wallet() -> Wallet:
    """The account in the visitor's wallet."""
    return Wallet()


@pytest.fixture
def page(chromium: Browser, wallet: Wallet) -> Iterator[Page]:
    """A page of somebody who has a wallet in the browser."""
    with opened(chromium) as context:
        carry(context, wallet)
        yield context.new_page()


def carry(context: Any, wallet: Wallet) -> None:
    """Put a wallet into a browser."""

    def sign(message: str, address: str) -> str:
        assert address == wallet.address
        return wallet.sign(bytes.fromhex(message.removeprefix("0x")).decode())

    context.expose_function("walletAddress", lambda: wallet.address)
    context.expose_function("walletSigns", sign)
    context.add_init_script(EXTENSION)


def by_metamask(page: Page) -> None:
    """Press the button of the only wallet there is."""
    page.get_by_role("button", name=re.compile("MetaMask")).click()


def addresses(page: Page) -> list[str]:
    """Return the wallets of who is signed in."""
    return page.evaluate("Clerk.user.web3Wallets.map((each) => each.web3Wallet)")


def test_a_wallet_signs_up_and_in_again(page: Page, app: str, wallet: Wallet) -> None:
    page.goto(f"{app}up")
    by_metamask(page)
    wait_until_signed_in(page)
    user_id = page.evaluate("Clerk.user.id")
    assert addresses(page) == [wallet.address]
    sign_out(page)
    page.goto(f"{app}in")
    by_metamask(page)
    wait_until_signed_in(page)
    assert page.evaluate("Clerk.user.id") == user_id
    assert page.evaluate("Clerk.client.lastAuthenticationStrategy") == "web3_metamask_signature"


def test_a_stranger_at_the_sign_in_becomes_a_user(page: Page, app: str, wallet: Wallet) -> None:
    page.goto(f"{app}in")
    by_metamask(page)
    wait_until_signed_in(page)
    assert addresses(page) == [wallet.address]


def test_a_wallet_is_connected_in_the_profile_and_removed(
    page: Page, app: str, server: RunningServer, wallet: Wallet
) -> None:
    ada = new_user("ada")
    server.create_user(ada.address, PASSWORD)
    page.goto(f"{app}in")
    page.get_by_label("Email address").fill(ada.address)
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue", exact=True).click()
    page.wait_for_function("window.Clerk?.user")
    page.goto(f"{app}me")
    page.get_by_role("button", name="Connect wallet").click()
    page.get_by_role("menuitem", name=re.compile("MetaMask")).click()
    page.wait_for_function("Clerk.user.verifiedWeb3Wallets.length === 1")
    shown = f"{wallet.address[:6]}...{wallet.address[-4:]}"
    expect(page.get_by_text(f"MetaMask ({shown})")).to_be_visible()
    assert page.evaluate("Clerk.user.primaryWeb3WalletId === Clerk.user.web3Wallets[0].id")
    section = page.locator(".cl-profileSection__web3Wallets")
    section.get_by_role("button", name="Open menu").click()
    page.get_by_role("menuitem", name="Remove wallet").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.wait_for_function("Clerk.user.web3Wallets.length === 0")


def test_an_icon_of_the_apps_own_is_fetched_from_nobody_else(page: Page, app: str) -> None:
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(f"{app}own")
    page.get_by_role("button", name=re.compile("MetaMask")).wait_for()
    page.wait_for_load_state("networkidle")
    assert [
        url for url in requested if "localhost" not in url and not url.startswith("data:")
    ] == []


def test_a_browser_without_a_wallet_is_told_so(chromium: Browser, app: str) -> None:
    with opened(chromium) as context:
        page = context.new_page()
        page.goto(f"{app}in")
        by_metamask(page)
        expect(page.get_by_text("A Web3 Wallet extension cannot be found")).to_be_visible()
