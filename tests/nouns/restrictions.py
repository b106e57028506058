"""The lists of who may sign up."""

from tests.harness import (
    new_address,
)
from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    backend = walker.backend
    for path in ("/v1/allowlist_identifiers", "/v1/blocklist_identifiers"):
        made = backend.post(path, identifier="*@example.com").ok().json
        backend.post(path, identifier="*@example.com")
        backend.get(path).ok()
        backend.delete(f"{path}/{made['id']}").ok()


def ids(victim: Victim) -> dict[str, str]:
    given = {"identifier": f"allowed.{new_address()}"}
    made = victim.backend.post("/v1/allowlist_identifiers", **given).ok().json
    return {"identifier_id": made["id"]}


PART = Part((walk,), ids)
