"""Redirect URLs."""

from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    backend, root = walker.backend, "/v1/redirect_urls"
    made = backend.post(root, url="my-app://callback").ok().json
    backend.post(root, url="my-app://callback")
    backend.get(root).ok()
    backend.get(f"{root}/{made['id']}").ok()
    backend.delete(f"{root}/{made['id']}").ok()
    backend.delete(f"{root}/{made['id']}")


def ids(victim: Victim) -> dict[str, str]:
    made = victim.backend.post("/v1/redirect_urls", url="my-app://callback").ok().json
    return {"redirect_url_id": made["id"]}


PART = Part((walk,), ids)
