"""Sign-in tokens."""

from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    made = walker.backend.post("/v1/sign_in_tokens", user_id=walker.user()).ok().json
    walker.browser().post("/v1/client/sign_ins", strategy="ticket", ticket=made["token"]).ok()
    other = walker.backend.post("/v1/sign_in_tokens", user_id=walker.user()).ok().json
    walker.backend.post(f"/v1/sign_in_tokens/{other['id']}/revoke").ok()


def ids(victim: Victim) -> dict[str, str]:
    of = {"user_id": victim.account.user_id}
    return {"sign_in_token_id": victim.backend.post("/v1/sign_in_tokens", **of).ok().json["id"]}


PART = Part((walk,), ids)
