"""Signing up and in with a wallet, as clerk-js does it."""

import pytest

from hallporter.contract.settings import AttributeSettings, Settings
from tests import wallets
from tests.conftest import Make
from tests.factors import add_app
from tests.harness import TEST_CODE, Backend, Browser, Tenant, new_address
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


def test_what_is_signed_names_the_page_that_asks(browser: Browser) -> None:
    wallet = Wallet()
    _, message = wallets.begin_sign_up(browser, wallet)
    lines = message.split("\n")
    assert lines[0] == "localhost:3000 wants you to sign in with your Ethereum account:"
    assert lines[1] == wallet.address
    assert "URI: http://localhost:3000" in lines
    assert {"Version: 1", "Chain ID: 1"} < set(lines)


def test_a_stranger_is_told_so_and_signs_up(browser: Browser) -> None:
    wallet = Wallet()
    unknown = browser.post("/v1/client/sign_ins", identifier=wallet.address)
    assert unknown.codes == ["form_identifier_not_found"]
    assert wallets.sign_up(browser, wallet).ok().body["status"] == "complete"


def test_a_browser_without_a_wallet_is_told_that_its_identifier_is_empty(browser: Browser) -> None:
    reply = browser.post("/v1/client/sign_ins", identifier="")
    assert (reply.codes, reply.params) == (["form_param_nil"], ["identifier"])


def test_every_strategy_of_its_chain_is_offered_and_no_other(
    instance: Tenant, browser: Browser, wallet: AnyWallet
) -> None:
    wallets.sign_up(browser, wallet).ok()
    begun = instance.browser().post("/v1/client/sign_ins", identifier=wallet.address).ok().body
    offered = {each["strategy"] for each in begun["supported_first_factors"]}
    on_ethereum = set(wallets.STRATEGIES) - {wallets.SOLANA}
    assert offered == ({wallets.SOLANA} if isinstance(wallet, SolanaWallet) else on_ethereum)
    assert "web3_wallet" in begun["supported_identifiers"]


def test_the_wallet_that_names_the_user_is_asked_first(instance: Tenant, browser: Browser) -> None:
    first, second = Wallet(), Wallet()
    wallets.sign_up(browser, first).ok()
    wallets.connect(browser, second).ok()
    for wallet in (second, first):
        assert wallets.sign_in(instance.browser(), wallet).ok().body["status"] == "complete"


def test_any_other_means_leads_to_the_same_user(instance: Tenant, browser: Browser) -> None:
    account, wallet = browser.sign_up(), Wallet()
    wallets.connect(browser, wallet).ok()
    elsewhere = instance.browser()
    path, message = wallets.begin_sign_in(elsewhere, wallet, account.email_address)
    wallets.answer_sign_in(elsewhere, path, wallet.strategy, wallet.sign(message)).ok()
    assert elsewhere.get("/v1/me").ok().body["id"] == account.user_id


def test_hardware_that_counts_from_zero_is_understood(instance: Tenant, browser: Browser) -> None:
    wallet = Wallet()
    path, message = wallets.begin_sign_up(browser, wallet)
    signature = wallet.sign(message)
    from_zero = signature[:-2] + f"{int(signature[-2:], 16) - 27:02x}"
    wallets.answer_sign_up(browser, path, wallet.strategy, from_zero).ok()


def test_a_second_factor_is_asked_for_after_a_wallet(instance: Tenant, browser: Browser) -> None:
    wallet = Wallet()
    user_id = wallets.sign_up(browser, wallet).ok().body["created_user_id"]
    app = add_app(instance, user_id)
    elsewhere = instance.browser()
    entered = wallets.sign_in(elsewhere, wallet).ok().body
    assert (entered["status"], entered["created_session_id"]) == ("needs_second_factor", None)
    path = f"/v1/client/sign_ins/{entered['id']}/attempt_second_factor"
    done = elsewhere.post(path, strategy="totp", code=app.code()).ok().body
    assert done["status"] == "complete"


def test_a_proved_wallet_needs_no_password_but_what_else_is_required(
    make_instance: Make,
) -> None:
    required = AttributeSettings(
        enabled=True,
        required=True,
        verifications=["email_code"],
        verify_at_sign_up=True,
    )
    password = AttributeSettings(enabled=True, required=True)
    browser = make_instance(wallets.settings(email_address=required, password=password)).browser()
    open_one = wallets.sign_up(browser, Wallet()).ok().body
    assert (open_one["status"], open_one["missing_fields"]) == (
        "missing_requirements",
        ["email_address"],
    )
    path, address = f"/v1/client/sign_ups/{open_one['id']}", new_address()
    browser.post(path, _method="PATCH", email_address=address).ok()
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    proof = {"strategy": "email_code", "code": TEST_CODE}
    done = browser.post(f"{path}/attempt_verification", **proof).ok().body
    assert done["status"] == "complete"
    assert len(browser.get("/v1/me").ok().body["web3_wallets"]) == 1


def test_another_wallet_needs_a_proof_of_its_own(browser: Browser) -> None:
    path, message = wallets.begin_sign_up(browser, wallet := Wallet())
    browser.post(path, _method="PATCH", web3_wallet=Wallet().address).ok()
    refused = wallets.answer_sign_up(browser, path, wallet.strategy, wallet.sign(message))
    assert refused.codes == ["verification_missing"]


def test_an_instance_without_wallets_takes_none(make_instance: Make) -> None:
    browser, wallet = make_instance(Settings(test_mode=True)).browser(), Wallet()
    assert browser.post("/v1/client/sign_ups", web3_wallet=wallet.address).codes == [
        "form_param_unknown"
    ]
    browser.sign_up()
    added = browser.post("/v1/me/web3_wallets", web3_wallet=wallet.address)
    assert added.codes == ["form_param_unknown"]
    environment = (
        browser.get("/v1/environment").ok().json["user_settings"]["attributes"]["web3_wallet"]
    )
    assert (environment["enabled"], environment["first_factors"]) == (False, [])


def test_a_strategy_that_the_settings_do_not_name_signs_nobody_in(
    instance: Tenant, browser: Browser
) -> None:
    wallet = Wallet()
    wallets.sign_up(browser, wallet).ok()
    instance.update(attributes__web3_wallet__first_factors=["web3_okx_wallet_signature"])
    elsewhere = instance.browser()
    begun = elsewhere.post("/v1/client/sign_ins", identifier=wallet.address).ok().body
    offered = [each["strategy"] for each in begun["supported_first_factors"]]
    assert offered == ["web3_okx_wallet_signature"]
    path = f"/v1/client/sign_ins/{begun['id']}/prepare_first_factor"
    assert elsewhere.post(path, strategy=wallet.strategy).codes == ["strategy_for_user_invalid"]


def test_the_lists_of_who_may_sign_up_hold_wallets(instance: Tenant, backend: Backend) -> None:
    welcome, unwelcome = Wallet(), Wallet()
    listed = backend.post("/v1/allowlist_identifiers", identifier=welcome.address.upper()).ok()
    assert listed.json["identifier_type"] == "web3_wallet"
    instance.update(restrictions__allowlist=True)
    assert wallets.sign_up(instance.browser(), welcome).ok().body["status"] == "complete"
    given = {"web3_wallet": unwelcome.address}
    refused = instance.browser().post("/v1/client/sign_ups", **given)
    assert refused.codes == ["not_allowed_access"]


def test_the_environment_tells_which_wallets_there_are(browser: Browser) -> None:
    found = browser.get("/v1/environment").ok().json
    shown = found["user_settings"]["attributes"]["web3_wallet"]
    assert shown["used_for_first_factor"] is True
    assert shown["first_factors"] == wallets.STRATEGIES
    assert "web3_wallet" in found["auth_config"]["identification_strategies"]
    assert set(wallets.STRATEGIES) < set(found["auth_config"]["first_factors"])
