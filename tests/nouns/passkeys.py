"""Passkeys."""

from tests.authenticator import Authenticator
from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    browser, account = walker.signed_in()
    device, path = Authenticator(), "/v1/me/passkeys"
    begun = browser.post(path).ok().body
    answer = device.create(begun["verification"]["nonce"])
    browser.post(f"{path}/{begun['id']}/attempt_verification", public_key_credential="{}")
    browser.post(f"{path}/{begun['id']}/attempt_verification", public_key_credential=answer).ok()
    browser.get(f"{path}/{begun['id']}").ok()
    browser.post(f"{path}/{begun['id']}", _method="PATCH", name="My phone").ok()
    other = walker.browser()
    requested = other.post("/v1/client/sign_ins", strategy="passkey").ok().body
    answer = device.get(requested["first_factor_verification"]["nonce"])
    other.post(
        f"/v1/client/sign_ins/{requested['id']}/attempt_first_factor",
        strategy="passkey",
        public_key_credential=answer,
    ).ok()
    verify = f"/v1/client/sessions/{account.session_id}/verify"
    browser.post(verify, level="first_factor").ok()
    requested = browser.post(f"{verify}/prepare_first_factor", strategy="passkey").ok().body
    browser.post(
        f"{verify}/attempt_first_factor",
        strategy="passkey",
        public_key_credential=device.get(requested["first_factor_verification"]["nonce"]),
    ).ok()
    browser.post(f"{path}/{begun['id']}", _method="DELETE").ok()
    further = browser.post(path).ok().body["id"]
    walker.backend.delete(f"/v1/users/{account.user_id}/passkeys/{further}").ok()


def ids(victim: Victim) -> dict[str, str]:
    """A passkey that waits for its device."""
    victim.tenant.update(attributes__passkey__enabled=True)
    return {"passkey_id": victim.browser.post("/v1/me/passkeys").ok().body["id"]}


PART = Part((walk,), ids)
