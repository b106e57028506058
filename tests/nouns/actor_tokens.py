"""Actor tokens."""

from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    given = {"user_id": walker.user(), "actor": {"sub": "support"}}
    made = walker.backend.post("/v1/actor_tokens", **given).ok().json
    browser = walker.browser()
    assert browser.get("/v1/tickets/accept", ticket=made["token"]).status == 303
    browser.post("/v1/client/sign_ins", strategy="ticket", ticket=made["token"]).ok()
    browser.post("/v1/me", _method="DELETE")
    other = walker.backend.post("/v1/actor_tokens", **given).ok().json
    walker.backend.post(f"/v1/actor_tokens/{other['id']}/revoke").ok()
    walker.backend.post(f"/v1/actor_tokens/{other['id']}/revoke")


def ids(victim: Victim) -> dict[str, str]:
    of = {"user_id": victim.account.user_id, "actor": {"sub": "support"}}
    return {"actor_token_id": victim.backend.post("/v1/actor_tokens", **of).ok().json["id"]}


PART = Part((walk,), ids)
