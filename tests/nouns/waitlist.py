"""The waitlist."""

from tests.harness import (
    new_address,
)
from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    backend, path = walker.backend, "/v1/waitlist_entries"
    walker.browser().post("/v1/waitlist", email_address=new_address())
    first = backend.post(path, email_address=new_address()).ok().json["id"]
    several = [{"email_address": new_address()}, {"email_address": new_address()}]
    made = backend.request("POST", f"{path}/bulk", json=several).ok().json
    backend.post(f"{path}/{first}/invite").ok()
    backend.post(f"{path}/{made[0]['id']}/reject").ok()
    backend.post(f"{path}/{made[0]['id']}/reject")
    backend.get(path).ok()
    backend.delete(f"{path}/{made[1]['id']}").ok()


def ids(victim: Victim) -> dict[str, str]:
    given = {"email_address": f"waiting.{new_address()}"}
    made = victim.backend.post("/v1/waitlist_entries", **given).ok().json
    return {"waitlist_entry_id": made["id"]}


PART = Part((walk,), ids)
