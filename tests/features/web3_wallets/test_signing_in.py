"""Signing up and in with a wallet, as clerk-js does it."""

import pytest

from tests import wallets
from tests.conftest import Make
from tests.house import Browser, Tenant
from tests.wallets import AnyWallet, SolanaWallet, Wallet


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that knows wallets, and asks for nothing else."""
    return make_instance(wallets.settings())


@pytest.fixture(params=[Wallet, SolanaWallet])
def wallet(request: pytest.FixtureRequest) -> AnyWallet:
    """A wallet, on Ethereum and on Solana."""
    return request.param()


def test_a_wallet_signs_up_and_in(instance: Tenant, browser: Browser, wallet: AnyWallet) -> None:
    done = wallets.sign_up(browser, wallet).ok().body
    assert (done["status"], done["web3_wallet"]) == ("complete", wallet.address)
    user = browser.get("/v1/me").ok().body
    (own,) = user["web3_wallets"]
    assert (own["web3_wallet"], own["verification"]["status"]) == (wallet.address, "verified")
    assert user["primary_web3_wallet_id"] == own["id"]

    elsewhere = instance.browser()
    entered = wallets.sign_in(elsewhere, wallet).ok()
    assert entered.body["status"] == "complete"
    assert entered.body["first_factor_verification"]["object"] == "verification_web3"
    assert elsewhere.get("/v1/me").ok().body["id"] == user["id"]
    assert entered.client["last_authentication_strategy"] == wallet.strategy
