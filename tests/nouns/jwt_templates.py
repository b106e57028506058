"""JWT templates, and tokens made from them."""

from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    backend = walker.backend
    made = backend.post("/v1/jwt_templates", name="shop", claims={"id": "{{user.id}}"}).ok().json
    path = f"/v1/jwt_templates/{made['id']}"
    backend.get("/v1/jwt_templates").ok()
    backend.get(path).ok()
    browser, account = walker.signed_in()
    browser.post(f"/v1/client/sessions/{account.session_id}/tokens/shop").ok()
    backend.post(f"/v1/sessions/{account.session_id}/tokens/shop").ok()
    backend.post(f"/v1/sessions/{account.session_id}/tokens/nothing")
    backend.patch(path, name="shop", claims={"sub": "somebody"})
    backend.patch(path, name="shop", claims={}, lifetime=600).ok()
    backend.delete(path).ok()


def ids(victim: Victim) -> dict[str, str]:
    made = victim.backend.post("/v1/jwt_templates", name="victims", claims={}).ok().json
    return {"template_id": made["id"], "template_name": made["name"]}


PART = Part((walk,), ids)
