"""The wallets beside MetaMask, as their makers put them into browsers, in Clerk's components."""

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.scenarios import Begin, Scenario
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
    scenario: Scenario, wallet: Wallet | SolanaWallet, strategy: str, *buttons: str
) -> None:
    """Press the buttons of a wallet, twice, and be the same."""
    users: set[str] = set()
    for place in ("up", "in"):
        scenario.go(place)
        for button in buttons:
            scenario.press(re.compile(button))
        scenario.wait_until_signed_in()
        assert scenario.js(WALLETS) == [wallet.address]
        users.add(scenario.user_id)
        scenario.sign_out()
    assert len(users) == 1
    scenario.wait(f"window.Clerk?.client?.lastAuthenticationStrategy === '{strategy}'")


@pytest.mark.parametrize(
    ("strategy", "button"), [(OKX, "OKX Wallet"), (COINBASE, "Coinbase Wallet"), (BASE, "Base")]
)
def test_a_wallet_signs_up_and_in_again(begin: Begin, strategy: str, button: str) -> None:
    scenario, wallet = begin(**settings(strategy)), Wallet()
    # Whoever made the wallet counts who uses it.
    scenario.allowed_hosts.add("cca-lite.coinbase.com")
    carry(scenario.page, wallet, strategy)
    sign_up_and_in_again(scenario, wallet, strategy, button)


def test_a_wallet_of_solana_signs_up_and_in_again(begin: Begin) -> None:
    scenario, wallet = begin(**settings(SOLANA)), SolanaWallet()
    carry_phantom(scenario.page, wallet)
    sign_up_and_in_again(scenario, wallet, SOLANA, "Solana", "Phantom")


def test_a_browser_without_a_wallet_of_solana_is_told_so(begin: Begin) -> None:
    scenario = begin(**settings(SOLANA))
    scenario.go("in")
    scenario.press(re.compile("Solana"))
    scenario.see("No Solana Web3 wallets detected")
    scenario.screenshot("sign-in-no-solana-wallet")


def test_a_wallet_that_is_a_contract_is_refused(begin: Begin) -> None:
    scenario, wallet = begin(**settings(COINBASE)), Wallet()
    scenario.allowed_hosts.add("cca-lite.coinbase.com")
    # ERC-6492: longer than what a key can say.
    carry(scenario.page, wallet, COINBASE, sign=lambda text: wallet.sign(text) + "6492" * 100)
    scenario.go("up")
    scenario.press(re.compile("Coinbase Wallet"))
    scenario.error_of_card(re.compile("This wallet is a contract"))
    scenario.screenshot("sign-up-contract-wallet")


def test_who_changes_accounts_before_signing_is_told_so(begin: Begin) -> None:
    scenario, shown, signs = begin(**settings(OKX)), Wallet(), Wallet()
    carry(scenario.page, shown, OKX, sign=signs.sign)
    scenario.go("up")
    scenario.press(re.compile("OKX Wallet"))
    scenario.error_of_card(re.compile("not this wallet's signature"))
    scenario.screenshot("sign-up-wrong-signature")


def test_wallets_are_connected_in_the_profile_and_one_is_made_the_first(begin: Begin) -> None:
    scenario, okx, phantom = begin(**settings(OKX, SOLANA)), Wallet(), SolanaWallet()
    # The profile leaves an app no way to have icons of its own.
    scenario.allowed_hosts.add("img.clerk.com")
    carry(scenario.page, okx, OKX)
    carry_phantom(scenario.page, phantom)
    scenario.be_at_profile(scenario.app.create_user())
    scenario.press("Connect wallet")
    scenario.page.get_by_role("menuitem", name=re.compile("OKX Wallet")).click()
    scenario.wait(f"{WALLETS}.length === 1")
    scenario.rest()
    scenario.press("Connect wallet")
    scenario.page.get_by_role("menuitem", name=re.compile("Solana")).click()
    scenario.screenshot("profile-solana-wallets")
    scenario.press(re.compile("Phantom"))
    scenario.wait(f"{WALLETS}.length === 2")
    assert set(scenario.js(WALLETS)) == {okx.address, phantom.address}
    scenario.choose("web3Wallets", phantom.address[-4:], "Set as primary")
    scenario.wait(f"Clerk.user.primaryWeb3Wallet.web3Wallet === '{phantom.address}'")
    scenario.screenshot("profile-wallets")
    scenario.choose("web3Wallets", okx.address[-4:], "Remove wallet")
    scenario.press("Remove")
    scenario.wait("Clerk.user.web3Wallets.length === 1")
