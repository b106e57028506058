"""Case 45: signing keys and secret keys are replaced while everything that they made goes on."""

from collections.abc import Coroutine
from typing import Any

import jwt as pyjwt
import pytest

from hallporter.contract.ids import InstanceId
from hallporter.contract.settings import Settings
from hallporter.core.clock import DAY, HOUR, SECOND
from hallporter.core.operator_error import OperatorError
from hallporter.features.instances import secret_keys, signing_keys
from hallporter.features.instances import store as instance_store
from hallporter.features.instances.rows import InstanceRow
from tests.conftest import Make
from tests.harness import Backend, Browser, Clock, Tenant


def on(tenant: Tenant, work: Coroutine[Any, Any, Any]) -> Any:
    """Do as a command does beside the running server, which then looks for what is new."""
    done = tenant.harness.run(work)
    look(tenant)
    return done


def look(tenant: Tenant) -> None:
    """Let the server look, as it does twice a second."""
    tenant.harness.run(tenant.harness.server.directory.refresh())


def row_of(tenant: Tenant) -> InstanceRow:
    """Return what is stored of the instance."""
    opened = tenant.harness.open
    row = tenant.harness.run(instance_store.instance_by_id(opened.db, InstanceId(tenant.id)))
    assert row is not None
    return row


def rotated(tenant: Tenant, *, after: int = HOUR) -> str:
    """Make a new signing key that signs after some ms and return its id."""
    opened, now = tenant.harness.open, tenant.harness.clock.now()
    made = signing_keys.rotate(
        opened.db, opened.box, InstanceId(tenant.id), signs_from=now + after, now=now
    )
    return on(tenant, made).kid


def published(tenant: Tenant) -> dict[str, Any]:
    """Return the keys of the JWKS by id."""
    found = tenant.browser().get("/.well-known/jwks.json").ok().json["keys"]
    assert found == tenant.backend().get("/v1/jwks").ok().json["keys"]
    return {each["kid"]: each for each in found}


def kid_of(token: str) -> str:
    """Return the id of the key that signed a token."""
    return pyjwt.get_unverified_header(token)["kid"]


def is_good(token: str, found: dict[str, Any]) -> bool:
    """Tell whether somebody who keeps this JWKS takes a token's signature."""
    key = found.get(kid_of(token))
    if key is None:
        return False
    pyjwt.decode(
        token,
        pyjwt.PyJWK(key),
        algorithms=["RS256"],
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )
    return True


def test_case_45_new_signing_key_is_published_before_it_signs(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    before = kid_of(browser.token(account.session_id))
    coming = rotated(instance)
    kept = published(instance)
    assert list(kept) == [before, coming]
    assert kid_of(browser.token(account.session_id)) == before

    clock.advance(minutes=59)
    look(instance)
    assert kid_of(browser.token(account.session_id)) == before
    clock.advance(minutes=2)
    look(instance)
    token = browser.token(account.session_id)
    assert kid_of(token) == coming
    # Whoever asked for the keys an hour ago knows it already.
    assert is_good(token, kept)
    assert list(published(instance)) == [coming, before]


def test_case_45_old_signing_key_stays_until_its_last_token_has_expired(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    before = kid_of(browser.token(account.session_id))
    coming = rotated(instance)
    clock.advance(hours=1, seconds=1)
    look(instance)
    clock.advance(hours=24, minutes=59)
    look(instance)
    assert list(published(instance)) == [coming, before]
    clock.advance(minutes=2)
    look(instance)
    assert list(published(instance)) == [coming]


@pytest.mark.parametrize("how", ["template", "session"])
def test_case_45_old_signing_key_stays_as_long_as_a_long_token_of_it(
    how: str, instance: Tenant, backend: Backend, browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    path = f"/v1/sessions/{account.session_id}/tokens"
    if how == "template":
        backend.post("/v1/jwt_templates", name="long", claims={}, lifetime=90 * DAY // SECOND).ok()
        look(instance)
        token = backend.post(f"{path}/long").ok().json["jwt"]
    else:
        token = backend.post(path, expires_in_seconds=90 * DAY // SECOND).ok().json["jwt"]
    rotated(instance)
    clock.advance(days=90)
    look(instance)
    assert is_good(token, published(instance))
    clock.advance(days=2)
    look(instance)
    assert not is_good(token, published(instance))


def test_case_45_clients_and_refreshes_outlive_their_signing_key(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    instance.update(session__lifetime_seconds=90 * DAY // SECOND)
    account = browser.sign_up()
    cookie = browser.cookie("__client")
    assert cookie is not None
    first, second = kid_of(cookie), rotated(instance, after=0)
    for _ in range(2):
        clock.advance(days=2)
        look(instance)
    third = rotated(instance, after=0)
    clock.advance(days=2)
    look(instance)
    assert list(published(instance)) == [third]
    assert first not in (second, third)

    assert browser.get("/v1/client").ok().body["last_active_session_id"] == account.session_id
    token = browser.token(account.session_id)
    assert kid_of(token) == third
    assert browser.cookie("__client") == cookie
    assert instance.backend().post("/v1/clients/verify", token=cookie).ok()


def test_case_45_leaked_signing_key_makes_no_session_token_any_more(
    instance: Tenant, browser: Browser, backend: Backend, clock: Clock
) -> None:
    account = browser.sign_up()
    token = browser.token(account.session_id)
    backend.post("/v1/clients/verify", token=token).ok()
    opened = instance.harness.open
    now = instance.harness.clock.now()
    on(
        instance,
        signing_keys.replace_leaked(opened.db, opened.box, InstanceId(instance.id), now),
    )
    clock.advance(seconds=2)
    look(instance)
    # As good as forged: nobody can tell who signed it.
    assert not is_good(token, published(instance))
    assert backend.post("/v1/clients/verify", token=token).codes == ["token_invalid"]
    # Nobody who has the key knows the secret in a client's token.
    renewed = browser.token(account.session_id)
    assert is_good(renewed, published(instance))
    backend.post("/v1/clients/verify", token=renewed).ok()


def test_case_45_signing_key_that_is_coming_may_be_taken_back(
    instance: Tenant, browser: Browser
) -> None:
    account = browser.sign_up()
    coming = rotated(instance)
    with pytest.raises(OperatorError, match="on its way already"):
        rotated(instance)
    opened, now = instance.harness.open, instance.harness.clock.now()
    id = InstanceId(instance.id)
    on(instance, signing_keys.revoke(opened.db, id, coming, now))
    (current,) = published(instance)
    assert kid_of(browser.token(account.session_id)) == current != coming
    with pytest.raises(OperatorError, match="is the key that signs"):
        on(instance, signing_keys.revoke(opened.db, id, current, now))


def test_case_45_secret_key_goes_on_until_it_is_revoked(make_instance: Make) -> None:
    tenant = make_instance(Settings(test_mode=True))
    opened, id = tenant.harness.open, InstanceId(tenant.id)
    old = tenant.backend()
    # Keys are told apart by when they were made.
    now = tenant.harness.clock.now() + 1_000
    row = row_of(tenant)
    made = on(tenant, secret_keys.rotate(opened.db, opened.box, row, "default", now))
    new = tenant.backend(secret_key=made)
    assert (old.get("/v1/users").status, new.get("/v1/users").status) == (200, 200)
    assert tenant.harness.run(secret_keys.named(opened.db, opened.box, id))[-1].secret == made

    on(tenant, secret_keys.revoke(opened.db, opened.box, id, "default-old", now))
    assert (old.get("/v1/users").status, new.get("/v1/users").status) == (401, 200)
    with pytest.raises(OperatorError, match="is the only secret key"):
        on(tenant, secret_keys.revoke(opened.db, opened.box, id, "default", now))


def test_case_45_uses_of_a_secret_key_are_noted_together(make_instance: Make, clock: Clock) -> None:
    tenant = make_instance(Settings(test_mode=True))
    opened, id = tenant.harness.open, InstanceId(tenant.id)
    row = row_of(tenant)
    on(tenant, secret_keys.add(opened.db, opened.box, row, "billing", clock.now()))
    clock.advance(minutes=5)
    for _ in range(3):
        tenant.backend().get("/v1/users").ok()
    on(tenant, tenant.harness.server.directory.note_uses())
    named = tenant.harness.run(secret_keys.named(opened.db, opened.box, id))
    used = {each.record.name: each.record.last_used_at for each in named}
    assert used == {"default": clock.now(), "billing": None}


def test_case_45_the_key_that_apps_are_told_is_not_just_any(make_instance: Make) -> None:
    tenant = make_instance(Settings(test_mode=True))
    opened, id, now = tenant.harness.open, InstanceId(tenant.id), tenant.harness.clock.now()
    row = row_of(tenant)
    on(tenant, secret_keys.add(opened.db, opened.box, row, "billing", now))
    named = tenant.harness.run(secret_keys.named(opened.db, opened.box, id))
    assert secret_keys.shown(named) == tenant.secret_key
    with pytest.raises(OperatorError, match="named billing already"):
        on(tenant, secret_keys.add(opened.db, opened.box, row, "billing", now))
