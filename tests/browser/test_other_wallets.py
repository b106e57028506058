"""The wallets beside MetaMask, as their makers put them into browsers, in Clerk's components."""

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.stories import Begin, Story
from tests.wallets import SOLANA, SolanaWallet, Wallet

Sign = Callable[[str], str]
OKX, COINBASE = "web3_okx_wallet_signature", "web3_coinbase_wallet_signature"
BASE = "web3_base_signature"
# Each answers requests as EIP-1193 has it.
PROVIDER = """
const provider = { on() {}, async request({ method, params }) {
  if (method === "eth_requestAccounts") return [await window.walletAddress()];
  if (method === "personal_sign") return await window.walletSigns(...params);
  throw Object.assign(new Error(method), { code: 4200 });
} };
"""
# How a page finds them.
FOUND = {
    # Announced (EIP-6963).
    OKX: """
    const info = { uuid: "5f2a7c1e-0c5b-4a0b-9a5e-6d8f6a4f2b11", name: "OKX Wallet",
      icon: "data:image/svg+xml,", rdns: "com.okex.wallet" };
    const announce = () => window.dispatchEvent(
      new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
    window.addEventListener("eip6963:requestProvider", announce);
    announce();
    """,
    # Its maker's scripts, which clerk-js brings along, look for the extension by this name,
    COINBASE: "window.coinbaseWalletExtension = Object.assign(provider, { setAppInfo() {} });",
    # and for Coinbase's browser, in whose wallet there are keys: a Base account is a contract.
    BASE: "window.ethereum = Object.assign(provider, { isCoinbaseBrowser: true });",
}
# Registered as the Wallet Standard has it.
PHANTOM = """
(() => {
  const version = "1.0.0", chains = ["solana:mainnet"];
  const wallet = { version, name: "Phantom", icon: "data:image/svg+xml;base64,", chains,
    accounts: [], features: {
      "standard:connect": { version, async connect() {
        const { address, key } = await window.phantomAccount();
        wallet.accounts = [{ address, publicKey: Uint8Array.from(key), chains, features: [] }];
        return { accounts: wallet.accounts };
      } },
      "standard:events": { version, on: () => () => {} },
      "solana:signTransaction": { version, supportedTransactionVersions: ["legacy"] },
      "solana:signMessage": { version, async signMessage({ message }) {
        const signature = await window.phantomSigns(new TextDecoder().decode(message));
        return [{ signedMessage: message, signature: Uint8Array.from(signature) }];
      } },
    } };
  const register = ({ register }) => register(wallet);
  window.addEventListener("wallet-standard:app-ready", ({ detail }) => register(detail));
  window.dispatchEvent(new CustomEvent("wallet-standard:register-wallet", { detail: register }));
})();
"""
WALLETS = "Clerk.user.verifiedWeb3Wallets.map((each) => each.web3Wallet)"


def settings(*strategies: str) -> dict[str, object]:
    """Return the settings of an instance that knows these wallets and asks for nothing else."""
    return {
        "attributes__web3_wallet__enabled": True,
        "attributes__web3_wallet__first_factors": strategies,
        "attributes__web3_wallet__verifications": strategies,
        "attributes__email_address__required": False,
        "attributes__password__required": False,
    }


def carry(page: Any, wallet: Wallet, strategy: str, sign: Sign | None = None) -> None:
    """Put a wallet of Ethereum into a browser; `sign` signs in its stead."""

    def answer(message: str, address: str) -> str:
        assert address == wallet.address
        return (sign or wallet.sign)(bytes.fromhex(message.removeprefix("0x")).decode())

    page.expose_function("walletAddress", lambda: wallet.address)
    page.expose_function("walletSigns", answer)
    page.add_init_script(f"(() => {{ {PROVIDER} {FOUND[strategy]} }})()")


def carry_phantom(page: Any, wallet: SolanaWallet) -> None:
    """Put a wallet of Solana into a browser."""

    def sign(message: str) -> list[int]:
        return list(base64.b64decode(wallet.sign(message)))

    account = {"address": wallet.address, "key": list(wallet.key.public_key().public_bytes_raw())}
    page.expose_function("phantomAccount", lambda: account)
    page.expose_function("phantomSigns", sign)
    page.add_init_script(PHANTOM)


def sign_up_and_in_again(
    story: Story, wallet: Wallet | SolanaWallet, strategy: str, *buttons: str
) -> None:
    """Press the buttons of a wallet, twice, and be the same."""
    users: set[str] = set()
    for place in ("up", "in"):
        story.go(place)
        for button in buttons:
            story.press(re.compile(button))
        story.arrive()
        assert story.js(WALLETS) == [wallet.address]
        users.add(story.user_id)
        story.sign_out()
    assert len(users) == 1
    story.wait(f"window.Clerk?.client?.lastAuthenticationStrategy === '{strategy}'")


@pytest.mark.parametrize(
    ("strategy", "button"), [(OKX, "OKX Wallet"), (COINBASE, "Coinbase Wallet"), (BASE, "Base")]
)
def test_a_wallet_signs_up_and_in_again(begin: Begin, strategy: str, button: str) -> None:
    story, wallet = begin(**settings(strategy)), Wallet()
    # Whoever made the wallet counts who uses it.
    story.may_be_asked.add("cca-lite.coinbase.com")
    carry(story.page, wallet, strategy)
    sign_up_and_in_again(story, wallet, strategy, button)


def test_a_wallet_of_solana_signs_up_and_in_again(begin: Begin) -> None:
    story, wallet = begin(**settings(SOLANA)), SolanaWallet()
    carry_phantom(story.page, wallet)
    sign_up_and_in_again(story, wallet, SOLANA, "Solana", "Phantom")


def test_a_browser_without_a_wallet_of_solana_is_told_so(begin: Begin) -> None:
    story = begin(**settings(SOLANA))
    story.go("in")
    story.press(re.compile("Solana"))
    story.see("No Solana Web3 wallets detected")
    story.shoot("sign-in-no-solana-wallet")


def test_a_wallet_that_is_a_contract_is_refused(begin: Begin) -> None:
    story, wallet = begin(**settings(COINBASE)), Wallet()
    story.may_be_asked.add("cca-lite.coinbase.com")
    # ERC-6492: longer than what a key can say.
    carry(story.page, wallet, COINBASE, sign=lambda text: wallet.sign(text) + "6492" * 100)
    story.go("up")
    story.press(re.compile("Coinbase Wallet"))
    story.error_of_card(re.compile("This wallet is a contract"))
    story.shoot("sign-up-contract-wallet")


def test_who_changes_accounts_before_signing_is_told_so(begin: Begin) -> None:
    story, shown, signs = begin(**settings(OKX)), Wallet(), Wallet()
    carry(story.page, shown, OKX, sign=signs.sign)
    story.go("up")
    story.press(re.compile("OKX Wallet"))
    story.error_of_card(re.compile("not this wallet's signature"))
    story.shoot("sign-up-wrong-signature")


def test_wallets_are_connected_in_the_profile_and_one_is_made_the_first(begin: Begin) -> None:
    story, okx, phantom = begin(**settings(OKX, SOLANA)), Wallet(), SolanaWallet()
    # The profile leaves an app no way to have icons of its own.
    story.may_be_asked.add("img.clerk.com")
    carry(story.page, okx, OKX)
    carry_phantom(story.page, phantom)
    story.be_at_profile(story.app.create_user())
    story.press("Connect wallet")
    story.page.get_by_role("menuitem", name=re.compile("OKX Wallet")).click()
    story.wait(f"{WALLETS}.length === 1")
    story.rest()
    story.press("Connect wallet")
    story.page.get_by_role("menuitem", name=re.compile("Solana")).click()
    story.shoot("profile-solana-wallets")
    story.press(re.compile("Phantom"))
    story.wait(f"{WALLETS}.length === 2")
    assert set(story.js(WALLETS)) == {okx.address, phantom.address}
    story.choose("web3Wallets", phantom.address[-4:], "Set as primary")
    story.wait(f"Clerk.user.primaryWeb3Wallet.web3Wallet === '{phantom.address}'")
    story.shoot("profile-wallets")
    story.choose("web3Wallets", okx.address[-4:], "Remove wallet")
    story.press("Remove")
    story.wait("Clerk.user.web3Wallets.length === 1")
