"""Invitations."""

from tests.harness import (
    PASSWORD,
    new_address,
)
from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    backend, address = walker.backend, new_address()
    made = backend.post("/v1/invitations", email_address=address, expires_in_days=3).ok().json
    ticket = made["url"].partition("ticket=")[2]
    browser = walker.browser()
    assert browser.get("/v1/tickets/accept", ticket=ticket).status == 303
    browser.post("/v1/client/sign_ups", strategy="ticket", ticket=ticket, password=PASSWORD).ok()
    browser.post("/v1/client/sign_ups", strategy="ticket", ticket="made up")
    several = [{"email_address": new_address()}, {"email_address": new_address()}]
    others = backend.request("POST", "/v1/invitations/bulk", json=several).ok().json
    backend.post("/v1/invitations", **several[0])
    backend.get("/v1/invitations").ok()
    backend.post(f"/v1/invitations/{others[0]['id']}/revoke").ok()
    backend.post(f"/v1/invitations/{others[0]['id']}/revoke")


def ids(victim: Victim) -> dict[str, str]:
    given = {"email_address": f"invited.{new_address()}"}
    return {"invitation_id": victim.backend.post("/v1/invitations", **given).ok().json["id"]}


PART = Part((walk,), ids)
