"""Clients: as browsers and servers see them, and on satellites."""

from urllib.parse import parse_qsl, urlsplit

from tests.harness import (
    ORIGIN,
    Reply,
)
from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def client(walker: Walker) -> None:
    browser = walker.browser()
    browser.get("/v1/client").ok()
    browser.post("/v1/client").ok()
    browser.post("/v1/client", _method="PUT").ok()
    browser.post("/v1/dev_browser").ok()
    browser.sign_up()
    browser.get("/v1/client").ok()
    browser.get("/v1/me").ok()
    back = browser.get("/v1/client/handshake", redirect_url=f"{ORIGIN}/", format="nonce")
    nonce = back.headers["location"].partition("__clerk_handshake_nonce=")[2]
    walker.backend.get("/v1/clients/handshake_payload", nonce=nonce).ok()
    browser.post("/v1/client", _method="DELETE").ok()


def satellites(walker: Walker) -> None:
    domain = f"{walker.tenant.slug}.satellite.localhost"
    walker.tenant.update(satellite_domains=[domain])
    browser, _ = walker.signed_in()
    there = {"Host": f"clerk.{domain}"}
    query = {"redirect_url": f"http://{domain}/"}
    away = browser.request("GET", "/v1/client/sync", params=query, headers=there)
    home = browser.get("/v1/client/sync", **_query_of(away))
    back = browser.request("GET", "/v1/client/link", params=_query_of(home), headers=there)
    assert back.headers["location"] == f"http://{domain}/?__clerk_synced=true"


def clients(walker: Walker) -> None:
    browser, account = walker.signed_in()
    walker.backend.get("/v1/clients").ok()
    walker.backend.get(f"/v1/clients/{browser.client_id}").ok()
    walker.backend.post("/v1/clients/verify", token=browser.token(account.session_id)).ok()
    walker.backend.get("/v1/clients/client_nobody")


def _query_of(reply: Reply) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(reply.headers["location"]).query))


def ids(victim: Victim) -> dict[str, str]:
    return {"client_id": victim.browser.client_id}


PART = Part((client, satellites, clients), ids)
