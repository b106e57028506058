"""Users, as servers see them."""

from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    backend, path = walker.backend, f"/v1/users/{walker.user(username='ada_l', external_id='1')}"
    backend.get("/v1/users").ok()
    backend.get("/v1/users/count").ok()
    backend.get(path).ok()
    backend.patch(path, first_name="Ada").ok()
    backend.patch(f"{path}/metadata", public_metadata={"a": 1}).ok()
    backend.request("PUT", f"{path}/metadata", json={"public_metadata": {"b": 2}}).ok()
    for change in ("ban", "unban", "lock", "unlock"):
        backend.post(f"{path}/{change}").ok()
    several = [walker.user(), walker.user()]
    backend.post("/v1/users/ban", user_ids=several).ok()
    backend.post("/v1/users/unban", user_ids=several).ok()
    backend.post("/v1/users", email_address=["no address"])
    backend.delete(path).ok()


def ids(victim: Victim) -> dict[str, str]:
    return {"user_id": victim.account.user_id}


PART = Part((walk,), ids)
