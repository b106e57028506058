"""Case 38: a text that is too long is refused before anything reads it, whatever it came for."""

import unicodedata
from collections.abc import Callable
from typing import Any

import argon2
import email_validator
import phonenumbers
import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.harness import PASSWORD, Backend, Browser, Reply, Tenant, new_address

LONG = "x" * 100_000
LONG_ADDRESS = f"{LONG}@example.com"
_LONGEST_READ = 1_024


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What has read a text that is longer than any that has business here."""
    found: list[str] = []

    def note(owner: Any, name: str) -> None:
        original: Callable[..., Any] = getattr(owner, name)

        def noting(*given: Any, **more: Any) -> Any:
            if any(isinstance(each, str | bytes) and len(each) > _LONGEST_READ for each in given):
                found.append(name)
            return original(*given, **more)

        monkeypatch.setattr(owner, name, noting)

    note(unicodedata, "normalize")
    note(email_validator, "validate_email")
    note(phonenumbers, "parse")
    note(argon2.PasswordHasher, "hash")
    note(argon2.PasswordHasher, "verify")
    return found


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that has everything that a text could be given for."""
    tenant = make_instance(Settings(test_mode=True, reverification=False))
    tenant.update(
        attributes__username__enabled=True,
        attributes__phone_number__enabled=True,
        attributes__web3_wallet__enabled=True,
        sign_up__mode="public",
    )
    return tenant


def refused(reply: Reply, code: str, param: str) -> bool:
    """Tell whether one field was refused for its length."""
    return (reply.status, reply.codes, reply.params) == (422, [code], [param])


def test_case_38_a_long_password_is_neither_normalised_nor_hashed(
    backend: Backend, browser: Browser, read: list[str]
) -> None:
    account = browser.sign_up()
    session = f"/v1/client/sessions/{account.session_id}/verify"
    begun = browser.post("/v1/client/sign_ups", email_address=new_address()).ok().body
    user = f"/v1/users/{account.user_id}"
    other = {"email_address": [new_address()]}
    given = {"password": LONG}
    for reply in (
        browser.sign_in(new_address(), LONG),
        browser.post("/v1/client/sign_ups", **given),
        browser.post(f"/v1/client/sign_ups/{begun['id']}", _method="PATCH", **given),
        browser.post(f"{session}/attempt_first_factor", strategy="password", **given),
        browser.post(
            "/v1/client/sign_ins/sia_x/attempt_first_factor", strategy="password", **given
        ),
        browser.post("/v1/client/sign_ins/sia_x/reset_password", **given),
        backend.post("/v1/users", **other, **given),
        backend.post("/v1/users", **other, **given, skip_password_checks=True),
        backend.patch(user, **given, skip_password_checks=True),
        backend.post(f"{user}/verify_password", **given),
    ):
        assert refused(reply, "form_password_length_too_long", "password"), reply.text
    for path, form in (
        ("/v1/me/change_password", {"current_password": PASSWORD, "new_password": LONG}),
        ("/v1/me/change_password", {"current_password": LONG, "new_password": "another one"}),
        ("/v1/me/remove_password", {"current_password": LONG}),
    ):
        reply = browser.post(path, **form)
        (param,) = [name for name, value in form.items() if value == LONG]
        assert refused(reply, "form_password_length_too_long", param), reply.text
    assert read == []
    # What nobody can have typed is no guess at the account either.
    assert browser.tenant.browser().sign_in(account.email_address).ok()


@pytest.mark.parametrize("type", ["email_address", "phone_number", "username", "web3_wallet"])
def test_case_38_a_long_identifier_is_not_parsed(
    backend: Backend, browser: Browser, read: list[str], type: str
) -> None:
    browser.sign_up()
    long = {"email_address": LONG_ADDRESS, "phone_number": "+" + "1" * 100_000}.get(type, LONG)
    code = "form_param_max_length_exceeded"
    for path in ("/v1/client/sign_ups", "/v1/me" if type == "username" else _own(type)):
        method = "PATCH" if path == "/v1/me" else None
        assert refused(browser.post(path, _method=method, **{type: long}), code, type), path
    assert refused(browser.post("/v1/client/sign_ins", identifier=long), code, "identifier")
    several: Any = long if type == "username" else [long]
    given = {"email_address": [new_address()], "password": PASSWORD, type: several}
    assert refused(backend.post("/v1/users", **given), code, type)
    assert refused(backend.get("/v1/users", **{type: long[:30_000]}), code, type)
    for path in ("/v1/allowlist_identifiers", "/v1/blocklist_identifiers"):
        assert refused(backend.post(path, identifier=long), code, "identifier")
    assert read == []


def _own(type: str) -> str:
    return f"/v1/me/{type}es" if type == "email_address" else f"/v1/me/{type}s"


def test_case_38_a_long_address_is_parsed_at_no_other_endpoint(
    backend: Backend, browser: Browser, read: list[str]
) -> None:
    user = backend.create_user()
    browser.tenant.update(sign_up__mode="waitlist")
    address = {"email_address": LONG_ADDRESS}
    task = {
        "on_behalf_of": {"identifier": LONG_ADDRESS},
        "permissions": "*",
        "agent_name": "a",
        "task_description": "b",
        "redirect_url": "http://localhost:3000",
    }
    for reply in (
        backend.post("/v1/email_addresses", user_id=user["id"], **address),
        backend.post("/v1/invitations", **address),
        backend.request("POST", "/v1/invitations/bulk", json=[address]),
        backend.post("/v1/waitlist_entries", **address),
        backend.request("POST", "/v1/waitlist_entries/bulk", json=[address]),
        backend.post("/v1/agents/tasks", **task),
        browser.post("/v1/waitlist", **address),
    ):
        assert (reply.status, reply.codes) == (422, ["form_param_max_length_exceeded"])
    assert read == []


def test_case_38_whatever_else_is_long_is_refused_by_its_name(
    backend: Backend, browser: Browser
) -> None:
    long = LONG[:20_000]
    for path, name in (
        ("/v1/client/handshake", "redirect_url"),
        ("/v1/client/sync", "redirect_url"),
        ("/v1/redirect", "redirect_url"),
        ("/v1/verify", "token"),
        ("/v1/tickets/accept", "ticket"),
        ("/v1/oauth_callback", "state"),
    ):
        reply = browser.get(path, **{name: long})
        assert refused(reply, "form_param_max_length_exceeded", name), reply.text
    for path, name in (
        ("/v1/users", "query"),
        ("/v1/users", "name_query"),
        ("/v1/users", "order_by"),
        ("/v1/users", "user_id"),
        ("/v1/invitations", "query"),
        ("/v1/waitlist_entries", "query"),
        ("/v1/sessions", "client_id"),
        ("/v1/clients/handshake_payload", "nonce"),
    ):
        reply = backend.get(path, **{name: long})
        assert refused(reply, "form_param_max_length_exceeded", name), reply.text


def test_case_38_an_object_is_measured_before_it_is_walked(
    backend: Backend, browser: Browser
) -> None:
    browser.sign_up()
    code = "form_param_exceeds_allowed_size"
    many = {"a": [0] * 500_000}
    for reply in (
        browser.post("/v1/client/sign_ups", unsafe_metadata="{" + " " * 60_000 + "}"),
        browser.post("/v1/me/metadata", _method="PATCH", unsafe_metadata="{" + " " * 60_000 + "}"),
        backend.post("/v1/users", email_address=[new_address()], unsafe_metadata=many),
    ):
        assert refused(reply, code, "unsafe_metadata"), reply.text
    assert refused(backend.post("/v1/jwt_templates", name="a", claims=many), code, "claims")
    assert refused(backend.post("/v1/actor_tokens", user_id="u", actor=many), code, "actor")
