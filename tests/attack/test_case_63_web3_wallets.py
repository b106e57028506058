"""Case 63: a wallet's signature proves one address, once, in one browser, over one message."""

from typing import Any

import pytest
from msgspec.structs import replace

from hallporter.contract.settings import LockoutSettings, Settings
from tests import wallets
from tests.concurrency import at_once
from tests.conftest import Make
from tests.harness import Account, Browser, Clock, Reply, Tenant
from tests.wallets import ORDER, AnyWallet, SolanaWallet, Wallet

WRONG = ["form_incorrect_signature"]
CONCURRENT = 10
LIMIT = 7


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that knows wallets, and locks after few wrong guesses."""
    settings: Settings = replace(wallets.settings(), lockout=LockoutSettings(max_attempts=LIMIT))
    return make_instance(settings)


@pytest.fixture(params=[Wallet, SolanaWallet])
def wallet(request: pytest.FixtureRequest) -> AnyWallet:
    return request.param()


@pytest.fixture
def victim(instance: Tenant, wallet: AnyWallet) -> str:
    """Somebody with a wallet; returns the user's id."""
    return wallets.sign_up(instance.browser(), wallet).ok().body["created_user_id"]


def sessions(browser: Browser) -> list[Any]:
    """Return what is open in a browser."""
    return browser.get("/v1/client").ok().body["sessions"]


def test_case_63_signature_counts_once(
    instance: Tenant, victim: str, wallet: AnyWallet, browser: Browser
) -> None:
    path, message = wallets.begin_sign_in(browser, wallet)
    signature = wallet.sign(message)
    wallets.answer_sign_in(browser, path, wallet.strategy, signature).ok()
    again = wallets.answer_sign_in(browser, path, wallet.strategy, signature)
    assert again.status in (400, 404)
    thief = instance.browser()
    path, _ = wallets.begin_sign_in(thief, wallet)
    assert wallets.answer_sign_in(thief, path, wallet.strategy, signature).codes == WRONG
    assert sessions(thief) == []


def test_case_63_parallel_replays_open_one_session(
    victim: str, wallet: AnyWallet, browser: Browser
) -> None:
    path, message = wallets.begin_sign_in(browser, wallet)
    signature = wallet.sign(message)
    replies = at_once(
        CONCURRENT, lambda _: wallets.answer_sign_in(browser, path, wallet.strategy, signature)
    )
    assert [reply.status for reply in replies].count(200) == 1
    assert len(sessions(browser)) == 1


def test_case_63_what_a_thief_was_asked_signs_nobody_else_in(
    instance: Tenant, victim: str, wallet: AnyWallet, browser: Browser
) -> None:
    _, thiefs_challenge = wallets.begin_sign_in(instance.browser(), wallet)
    path, _ = wallets.begin_sign_in(browser, wallet)
    signature = wallet.sign(thiefs_challenge)
    assert wallets.answer_sign_in(browser, path, wallet.strategy, signature).codes == WRONG


def test_case_63_what_was_asked_before_is_worth_nothing(
    victim: str, wallet: AnyWallet, browser: Browser
) -> None:
    path, old = wallets.begin_sign_in(browser, wallet)
    browser.post(f"{path}/prepare_first_factor", strategy=wallet.strategy).ok()
    assert wallets.answer_sign_in(browser, path, wallet.strategy, wallet.sign(old)).codes == WRONG


def test_case_63_another_wallet_or_message_proves_nothing(
    victim: str, wallet: AnyWallet, browser: Browser
) -> None:
    path, message = wallets.begin_sign_in(browser, wallet)
    for forged in (type(wallet)().sign(message), wallet.sign(f"{message} "), wallet.sign("hello")):
        assert wallets.answer_sign_in(browser, path, wallet.strategy, forged).codes == WRONG
    assert sessions(browser) == []


def test_case_63_what_another_page_was_asked_proves_nothing_here(
    instance: Tenant, victim: str, wallet: AnyWallet
) -> None:
    elsewhere = instance.browser(origin="http://localhost:3999")
    path, message = wallets.begin_sign_in(elsewhere, wallet)
    assert message.startswith("localhost:3999 wants you")
    bent = message.replace("localhost:3999", "localhost:3000")
    refused = wallets.answer_sign_in(elsewhere, path, wallet.strategy, wallet.sign(bent))
    assert refused.codes == WRONG


def test_case_63_malleable_signature_is_refused(instance: Tenant, browser: Browser) -> None:
    wallet = Wallet()
    wallets.sign_up(instance.browser(), wallet).ok()
    path, message = wallets.begin_sign_in(browser, wallet)
    signature = wallet.sign(message)
    r, s, v = signature[2:66], int(signature[66:130], 16), int(signature[130:], 16)
    twin = f"0x{r}{ORDER - s:064x}{55 - v:02x}"
    assert wallets.answer_sign_in(browser, path, wallet.strategy, twin).codes == WRONG
    wallets.answer_sign_in(browser, path, wallet.strategy, signature).ok()


@pytest.mark.parametrize("signature", ["0x", "0x00", "é", "0x" + "0" * 130, "A" * 88])
def test_case_63_nonsense_is_a_wrong_signature(
    victim: str, wallet: AnyWallet, browser: Browser, signature: str
) -> None:
    path, _ = wallets.begin_sign_in(browser, wallet)
    reply = wallets.answer_sign_in(browser, path, wallet.strategy, signature)
    assert (reply.status, reply.codes) == (422, WRONG)
    assert reply.params == [None]


def test_case_63_signature_of_a_contract_is_refused_in_words(
    instance: Tenant, browser: Browser
) -> None:
    wallet = Wallet()
    wallets.sign_up(instance.browser(), wallet).ok()
    path, _ = wallets.begin_sign_in(browser, wallet)
    by_contract = "0x" + "00" * 300 + "6492" * 16
    reply = wallets.answer_sign_in(browser, path, wallet.strategy, by_contract)
    assert (reply.status, reply.codes) == (422, ["web3_contract_wallet_unsupported"])
    assert reply.params == [None]
    assert sessions(browser) == []


def test_case_63_five_attempts_then_a_new_message(
    victim: str, wallet: AnyWallet, browser: Browser
) -> None:
    path, message = wallets.begin_sign_in(browser, wallet)
    for _ in range(5):
        assert wallets.answer_sign_in(browser, path, wallet.strategy, "0x").codes == WRONG
    right = wallets.answer_sign_in(browser, path, wallet.strategy, wallet.sign(message))
    assert right.codes == ["verification_failed"]


def test_case_63_wrong_signatures_lock_the_account(
    instance: Tenant, victim: str, wallet: AnyWallet
) -> None:
    for _ in range(LIMIT):
        browser = instance.browser()
        path, _ = wallets.begin_sign_in(browser, wallet)
        assert wallets.answer_sign_in(browser, path, wallet.strategy, "0x").codes == WRONG
    locked = instance.browser().post("/v1/client/sign_ins", identifier=wallet.address)
    assert (locked.status, locked.codes) == (403, ["user_locked"])


def test_case_63_message_is_good_for_ten_minutes(
    victim: str, wallet: AnyWallet, browser: Browser, clock: Clock
) -> None:
    path, message = wallets.begin_sign_in(browser, wallet)
    clock.advance(minutes=10, seconds=1)
    late = wallets.answer_sign_in(browser, path, wallet.strategy, wallet.sign(message))
    assert late.codes == ["verification_expired"]


def test_case_63_signature_for_one_strategy_serves_no_other(
    instance: Tenant, browser: Browser
) -> None:
    wallet = Wallet()
    wallets.sign_up(instance.browser(), wallet).ok()
    path, message = wallets.begin_sign_in(browser, wallet)
    other = "web3_okx_wallet_signature"
    refused = wallets.answer_sign_in(browser, path, other, wallet.sign(message))
    assert refused.codes == ["verification_strategy_invalid"]


def test_case_63_signature_answers_no_code(instance: Tenant, browser: Browser) -> None:
    account = browser.sign_up()
    wallets.connect(browser, wallet := Wallet()).ok()
    elsewhere = instance.browser()
    given = {"identifier": account.email_address, "strategy": "email_code"}
    begun = elsewhere.post("/v1/client/sign_ins", **given).ok().body
    path = f"/v1/client/sign_ins/{begun['id']}"
    refused = wallets.answer_sign_in(elsewhere, path, wallet.strategy, wallet.sign("hello"))
    assert (refused.status, refused.codes) == (400, ["verification_strategy_invalid"])


def test_case_63_wallet_of_another_user_cannot_be_chosen(
    instance: Tenant, victim: str, wallet: AnyWallet
) -> None:
    mallory, own = instance.browser(), type(wallet)()
    wallets.sign_up(mallory, own).ok()
    mallorys = mallory.get("/v1/me").ok().body["primary_web3_wallet_id"]
    thief = instance.browser()
    path, _ = wallets.begin_sign_in(thief, wallet)
    chosen = {"strategy": wallet.strategy, "web3_wallet_id": mallorys}
    refused = thief.post(f"{path}/prepare_first_factor", **chosen)
    assert refused.codes == ["strategy_for_user_invalid"]


def test_case_63_every_case_of_letters_is_one_address(instance: Tenant) -> None:
    wallet = Wallet()
    user_id = wallets.sign_up(instance.browser(), wallet).ok().body["created_user_id"]
    digits = wallet.address[2:]
    for spelled in (digits.lower(), digits.upper(), digits.swapcase()):
        address = f"0x{spelled}"
        again = instance.browser().post("/v1/client/sign_ups", web3_wallet=address)
        assert again.codes == ["form_identifier_exists"]
        browser = instance.browser()
        path, message = wallets.begin_sign_in(browser, wallet, address)
        wallets.answer_sign_in(browser, path, wallet.strategy, wallet.sign(message)).ok()
        assert browser.get("/v1/me").ok().body["id"] == user_id


def test_case_63_name_cannot_pass_for_a_wallet(instance: Tenant, browser: Browser) -> None:
    instance.update(attributes__username__enabled=True)
    reply = browser.post("/v1/client/sign_ups", username=Wallet().address.lower())
    assert (reply.codes, reply.params) == (["form_username_invalid_character"], ["username"])


def test_case_63_of_two_who_claim_a_wallet_its_owner_gets_it(
    instance: Tenant, wallet: AnyWallet
) -> None:
    squatter, owner = instance.browser(), instance.browser()
    squatter.sign_up()
    owner.sign_up()
    theirs, squatted = wallets.begin_connect(squatter, wallet)
    path, message = wallets.begin_connect(owner, wallet)
    # A message that was asked of somebody else connects the wallet to nobody.
    assert wallets.answer(owner, path, wallet.sign(squatted)).codes == WRONG
    wallets.answer(owner, path, wallet.sign(message)).ok()
    assert wallets.answer(squatter, theirs, wallet.sign(squatted)).codes == [
        "form_identifier_exists"
    ]


def test_case_63_many_sign_up_at_once_with_one_wallet(instance: Tenant, wallet: AnyWallet) -> None:
    browsers = [instance.browser() for _ in range(4)]
    begun = [wallets.begin_sign_up(browser, wallet) for browser in browsers]

    def answer(number: int) -> Reply:
        path, message = begun[number]
        signature = wallet.sign(message)
        return wallets.answer_sign_up(browsers[number], path, wallet.strategy, signature)

    replies = at_once(len(browsers), answer)
    assert [reply.status for reply in replies].count(200) == 1


def test_case_63_own_wallet_is_proved_in_the_browser_that_was_asked(
    instance: Tenant, browser: Browser, wallet: AnyWallet
) -> None:
    account: Account = browser.sign_up()
    other = instance.browser()
    other.sign_in(account.email_address).ok()
    path, message = wallets.begin_connect(browser, wallet)
    assert wallets.answer(other, path, wallet.sign(message)).codes == WRONG
    wallets.answer(browser, path, wallet.sign(message)).ok()


def test_case_63_sign_up_is_proved_by_what_it_asked_itself(
    instance: Tenant, browser: Browser, wallet: AnyWallet
) -> None:
    _, thiefs_challenge = wallets.begin_sign_up(instance.browser(), wallet)
    path, message = wallets.begin_sign_up(browser, wallet)
    stolen = wallets.answer_sign_up(browser, path, wallet.strategy, wallet.sign(thiefs_challenge))
    assert stolen.codes == WRONG
    wallets.answer_sign_up(browser, path, wallet.strategy, wallet.sign(message)).ok()
