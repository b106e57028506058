"""Enterprise connections, of which there are none."""

from tests.harness import (
    new_address,
)
from tests.nouns.part import Part
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    browser, _ = walker.signed_in()
    browser.get("/v1/me/enterprise_connections").ok()
    begun = walker.browser()
    sign_up = begun.post("/v1/client/sign_ups", email_address=new_address()).ok()
    begun.get(f"/v1/client/sign_ups/{sign_up.body['id']}/enterprise_connections").ok()
    begun.post("/v1/client/sign_ins", strategy="enterprise_sso", identifier=new_address())


PART = Part((walk,))
