"""Sessions."""

from hallporter.contract.api_version import V2025_04_10
from tests.harness import (
    ORIGIN,
)
from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def own_sessions(walker: Walker) -> None:
    browser, account = walker.signed_in()
    path = f"/v1/client/sessions/{account.session_id}"
    browser.get(path).ok()
    browser.post(f"{path}/touch").ok()
    browser.post(f"{path}/tokens").ok()
    browser.post(f"{path}/end").ok()
    browser.post(f"/v1/client/sessions/{browser.sign_up().session_id}/remove").ok()
    browser.sign_up()
    browser.post("/v1/client/sessions", _method="DELETE").ok()


def sessions(walker: Walker) -> None:
    backend = walker.backend
    made = backend.post("/v1/sessions", user_id=walker.user()).ok().json
    path = f"/v1/sessions/{made['id']}"
    backend.get("/v1/sessions").ok()
    backend.get(path).ok()
    token = backend.post(f"{path}/tokens").ok().json["jwt"]
    if walker.version < V2025_04_10:
        backend.post(f"{path}/verify", token=token).ok()
    backend.post(
        f"{path}/refresh", expired_token=token, refresh_token="made up", request_origin=ORIGIN
    )
    backend.post(f"{path}/revoke").ok()


def ids(victim: Victim) -> dict[str, str]:
    return {"session_id": victim.account.session_id}


PART = Part((own_sessions, sessions), ids)
