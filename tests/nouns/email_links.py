"""Links by mail."""

from tests import links
from tests.harness import (
    PASSWORD,
    new_address,
)
from tests.nouns.part import Part
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    browser, address = walker.browser(), new_address()
    path = links.begin_sign_up(browser, address, password=PASSWORD)
    browser.get(path).ok()
    opened = links.follow(browser, links.mailed(walker.tenant.outbox(), address))
    assert opened.status == 303
    browser.get(path).ok()
    browser.get("/v1/verify", token="made up")
    again = walker.browser()
    path = links.begin_sign_in(again, address)
    links.follow(again, links.mailed(walker.tenant.outbox(), address))
    again.get(path).ok()


PART = Part((walk,))
