"""Email addresses, as servers see them."""

from tests.harness import (
    new_address,
)
from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    backend, user_id = walker.backend, walker.user()
    given = {"user_id": user_id, "email_address": new_address()}
    made = backend.post("/v1/email_addresses", **given).ok().json
    path = f"/v1/email_addresses/{made['id']}"
    backend.get(path).ok()
    backend.patch(path, verified=True).ok()
    backend.delete(path).ok()


def ids(victim: Victim) -> dict[str, str]:
    user = victim.backend.get(f"/v1/users/{victim.account.user_id}").ok().json
    id = user["email_addresses"][0]["id"]
    return {"email_address_id": id, "email_id": id}


PART = Part((walk,), ids)
