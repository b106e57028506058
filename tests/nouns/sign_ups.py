"""Sign-ups."""

from tests.harness import (
    PASSWORD,
    TEST_CODE,
    new_address,
)
from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    browser = walker.browser()
    begun = browser.post("/v1/client/sign_ups", email_address=new_address()).ok()
    path = f"/v1/client/sign_ups/{begun.body['id']}"
    browser.get(path).ok()
    browser.post(path, _method="PATCH", password=PASSWORD, first_name="Ada").ok()
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    browser.post(f"{path}/attempt_verification", strategy="email_code", code="000000")
    browser.post(f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE).ok()


def ids(victim: Victim) -> dict[str, str]:
    given = {"email_address": new_address()}
    return {"sign_up_id": victim.browser.post("/v1/client/sign_ups", **given).ok().body["id"]}


PART = Part((walk,), ids)
