"""Sign-ins."""

import pyotp
from pyotp.totp import TOTP

from hallporter.contract.api_version import V2025_04_10
from tests import links
from tests.harness import (
    TEST_CODE,
    new_address,
)
from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import NEW_PASSWORD, Walker


def sign_ins(walker: Walker) -> None:
    address, secret = new_address(), pyotp.random_base32()
    walker.user(email_address=[address], totp_secret=secret)
    browser = walker.browser()
    begun = browser.post("/v1/client/sign_ins", identifier=address).ok()
    path = f"/v1/client/sign_ins/{begun.body['id']}"
    browser.get(path).ok()
    strategy = "reset_password_email_code"
    browser.post(f"{path}/attempt_first_factor", strategy="password", password="not this")
    browser.post(f"{path}/prepare_first_factor", strategy=strategy).ok()
    browser.post(f"{path}/attempt_first_factor", strategy=strategy, code=TEST_CODE).ok()
    browser.post(f"{path}/reset_password", password=NEW_PASSWORD).ok()
    browser.post(f"{path}/prepare_second_factor", strategy="totp")
    code = TOTP(secret).at(walker.tenant.harness.clock.now() // 1000)
    browser.post(f"{path}/attempt_second_factor", strategy="totp", code=code).ok()


def client_trust(walker: Walker) -> None:
    walker.tenant.update(client_trust=True)
    browser, account = walker.browser(), walker.tenant.browser().sign_up()
    started = browser.sign_in(account.email_address).ok().body
    path = f"/v1/client/sign_ins/{started['id']}"
    if walker.version >= V2025_04_10:
        # Older documents have no link in the client's own sign-in.
        to = {"strategy": "email_link", "redirect_url": links.HERE}
        browser.post(f"{path}/prepare_second_factor", **to).ok()
    browser.post(f"{path}/prepare_second_factor", strategy="email_code").ok()
    browser.post(f"{path}/attempt_second_factor", strategy="email_code", code=TEST_CODE).ok()
    walker.tenant.update(client_trust=False)


def ids(victim: Victim) -> dict[str, str]:
    requested = {"identifier": victim.tenant.browser().sign_up().email_address}
    return {"sign_in_id": victim.browser.post("/v1/client/sign_ins", **requested).ok().body["id"]}


PART = Part((sign_ins, client_trust), ids)
