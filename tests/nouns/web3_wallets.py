"""Web3 wallets."""

from tests import wallets
from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    browser, account = walker.signed_in()
    wallet, further = wallets.Wallet(), wallets.SolanaWallet()
    made = wallets.connect(browser, wallet).ok().body["id"]
    browser.get("/v1/me/web3_wallets").ok()
    browser.get(f"/v1/me/web3_wallets/{made}").ok()
    path, _ = wallets.begin_connect(browser, further)
    wallets.answer(browser, path, "0x")
    browser.post(path, _method="DELETE").ok()
    other = walker.browser()
    path, message = wallets.begin_sign_in(other, wallet)
    other.get(path).ok()
    wallets.answer_sign_in(other, path, wallet.strategy, "0x")
    wallets.answer_sign_in(other, path, wallet.strategy, wallet.sign(message)).ok()
    wallets.sign_up(walker.browser(), further).ok()
    user = f"/v1/users/{account.user_id}"
    walker.backend.get(user).ok()
    walker.backend.delete(f"{user}/web3_wallets/{made}").ok()


def ids(victim: Victim) -> dict[str, str]:
    """A wallet that waits for its signature."""
    victim.tenant.update(attributes__web3_wallet__enabled=True)
    path, _ = wallets.begin_connect(victim.browser, wallets.Wallet())
    id = path.rpartition("/")[2]
    return {"web3_wallet_id": id, "web3_wallet_identification_id": id}


PART = Part((walk,), ids)
