"""One's own wallets: connected, shown, chosen and removed; and what servers do with them."""

import pytest

from tests import wallets
from tests.conftest import Make
from tests.harness import Account, Backend, Browser, Clock, Tenant, new_address
from tests.wallets import SolanaWallet, Wallet


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that knows wallets."""
    return make_instance(wallets.settings())


@pytest.fixture
def account(browser: Browser) -> Account:
    return browser.sign_up()


def test_a_wallet_is_connected_shown_and_removed(browser: Browser, account: Account) -> None:
    wallet = Wallet()
    path, message = wallets.begin_connect(browser, wallet)
    waiting = browser.get(path).ok().body
    assert waiting["verification"]["status"] == "unverified"
    assert "message" not in waiting["verification"]
    done = wallets.answer(browser, path, wallet.sign(message)).ok().body
    assert (done["verification"]["status"], done["verification"]["strategy"]) == (
        "verified",
        wallet.strategy,
    )
    assert browser.get("/v1/me/web3_wallets").ok().json == [done]
    user = browser.get("/v1/me").ok().body
    assert (user["web3_wallets"], user["primary_web3_wallet_id"]) == ([done], done["id"])
    deleted = browser.post(path, _method="DELETE").ok().body
    assert (deleted["object"], deleted["id"], deleted["deleted"]) == (
        "web3_wallet",
        done["id"],
        True,
    )
    user = browser.get("/v1/me").ok().body
    assert (user["web3_wallets"], user["primary_web3_wallet_id"]) == ([], None)


def test_another_wallet_becomes_the_primary_one(browser: Browser, account: Account) -> None:
    first = wallets.connect(browser, Wallet()).ok().body["id"]
    second = wallets.connect(browser, SolanaWallet()).ok().body["id"]
    unproved = wallets.begin_connect(browser, Wallet())[0].rpartition("/")[2]
    assert browser.get("/v1/me").ok().body["primary_web3_wallet_id"] == first
    choose = {"_method": "PATCH", "primary_web3_wallet_id": second}
    assert browser.post("/v1/me", **choose).ok().body["primary_web3_wallet_id"] == second
    refused = browser.post("/v1/me", _method="PATCH", primary_web3_wallet_id=unproved)
    assert refused.codes == ["form_verification_needed"]
    browser.post(f"/v1/me/web3_wallets/{second}", _method="DELETE").ok()
    assert browser.get("/v1/me").ok().body["primary_web3_wallet_id"] == first


def test_a_wallet_that_waits_is_taken_up_again(browser: Browser, account: Account) -> None:
    wallet = Wallet()
    first, _ = wallets.begin_connect(browser, wallet)
    second, message = wallets.begin_connect(browser, wallet)
    assert first == second
    wallets.answer(browser, second, wallet.sign(message)).ok()
    again = browser.post("/v1/me/web3_wallets", web3_wallet=wallet.address)
    assert again.codes == ["form_identifier_exists"]


def test_the_last_identification_stays(browser: Browser) -> None:
    wallets.sign_up(browser, Wallet()).ok()
    (own,) = browser.get("/v1/me/web3_wallets").ok().json
    removed = browser.post(f"/v1/me/web3_wallets/{own['id']}", _method="DELETE")
    assert removed.codes == ["identification_deletion_failed"]


def test_changes_need_a_session_that_was_proved_of_late(
    browser: Browser, account: Account, clock: Clock
) -> None:
    own = wallets.connect(browser, Wallet()).ok().body["id"]
    clock.advance(minutes=11)
    for reply in (
        browser.post("/v1/me/web3_wallets", web3_wallet=Wallet().address),
        browser.post(f"/v1/me/web3_wallets/{own}", _method="DELETE"),
        browser.post("/v1/me", _method="PATCH", primary_web3_wallet_id=own),
    ):
        assert reply.codes == ["session_reverification_required"]


def test_no_wallet_is_asked_by_the_other_chains_strategy(
    browser: Browser, account: Account
) -> None:
    path, _ = wallets.begin_connect(browser, Wallet())
    refused = browser.post(f"{path}/prepare_verification", strategy=wallets.SOLANA)
    assert refused.codes == ["form_param_value_invalid"]


@pytest.mark.parametrize(
    "given",
    [
        "0x52908400098527886E0F7030069857D2E4169EE",
        "52908400098527886E0F7030069857D2E4169EE7",
        "0x52908400098527886E0F7030069857D2E4169EEg",
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        "vitalik.eth",
        # What anybody can sign for: the point of order one.
        "4uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofM",
    ],
)
def test_what_is_no_address_is_refused(browser: Browser, account: Account, given: str) -> None:
    reply = browser.post("/v1/me/web3_wallets", web3_wallet=given)
    assert (reply.codes, reply.params) == (["form_param_format_invalid"], ["web3_wallet"])


def test_a_server_gives_and_takes_wallets(instance: Tenant, backend: Backend) -> None:
    first, second = Wallet(), SolanaWallet()
    user = backend.create_user(web3_wallet=[first.address.lower(), second.address])
    shown = {each["web3_wallet"]: each for each in user["web3_wallets"]}
    assert set(shown) == {first.address, second.address}
    assert shown[first.address]["verification"]["strategy"] == "admin"
    assert user["primary_web3_wallet_id"] == shown[first.address]["id"]
    assert wallets.sign_in(instance.browser(), second).ok().body["status"] == "complete"

    path, chosen = f"/v1/users/{user['id']}", shown[second.address]["id"]
    changed = backend.patch(path, primary_web3_wallet_id=chosen).ok().json
    assert changed["primary_web3_wallet_id"] == chosen
    deleted = backend.delete(f"{path}/web3_wallets/{chosen}").ok().json
    assert (deleted["object"], deleted["id"]) == ("web3_wallet", chosen)
    left = backend.get(path).ok().json
    assert left["primary_web3_wallet_id"] == shown[first.address]["id"]
    assert backend.delete(f"{path}/web3_wallets/{chosen}").status == 404
    address = user["email_addresses"][0]["id"]
    assert backend.delete(f"{path}/web3_wallets/{address}").status == 404


def test_a_server_makes_a_user_of_a_wallet_alone(instance: Tenant, backend: Backend) -> None:
    wallet = Wallet()
    given = {"web3_wallet": [wallet.address], "skip_password_requirement": True}
    backend.post("/v1/users", **given).ok()
    again = backend.post("/v1/users", web3_wallet=[wallet.address.lower()])
    assert "form_identifier_exists" in again.codes
    assert wallets.sign_in(instance.browser(), wallet).ok().body["status"] == "complete"


def test_users_are_found_and_ordered_by_their_wallets(backend: Backend) -> None:
    own = [Wallet(), Wallet(), SolanaWallet()]
    ids = {each.address: backend.create_user(web3_wallet=[each.address])["id"] for each in own}
    backend.create_user(email_address=[new_address()])
    for each in own:
        spelled = each.address if isinstance(each, SolanaWallet) else each.address.lower()
        (found,) = backend.get("/v1/users", web3_wallet=spelled).ok().json
        assert found["id"] == ids[each.address]
    assert backend.get("/v1/users/count", web3_wallet="0x0").ok().json["total_count"] == 0
    assert len(backend.get("/v1/users", query=own[0].address[2:20]).ok().json) == 1
    by_wallet = [each["id"] for each in backend.get("/v1/users", order_by="web3wallet").json]
    ethereum = sorted(each.address.lower() for each in own[:2])
    low, high = (
        ids[each.address]
        for address in ethereum
        for each in own[:2]
        if each.address.lower() == address
    )
    assert by_wallet.index(low) < by_wallet.index(high)
    assert len(by_wallet) == 4
    backwards = [each["id"] for each in backend.get("/v1/users", order_by="-web3wallet").json]
    assert backwards[:3] == by_wallet[:3][::-1]
