"""Native apps enrol a key while their user is signed in, and sign them in again by it."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from hallporter.contract.ids import InstanceId, UserId
from hallporter.contract.settings import Settings, TrustedDeviceSettings
from hallporter.features.credentials import store as credential_store
from hallporter.features.users import store as user_store
from tests.cli.processes import wait_until
from tests.conftest import Make
from tests.devices import ROOT, STRATEGY, App, Device, ask, attempt, enrol, prepare, sign_in
from tests.factors import add_app
from tests.harness import Account, Backend, Browser, Clock, Tenant

VALIDATE = "/v1/client/trusted_devices/validate"
_WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
_IN_WRITES = "select count(*) from pg_stat_activity where state = 'idle in transaction'"


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance whose apps may keep keys."""
    device = TrustedDeviceSettings(sign_in=True, prompt_after_sign_up=True)
    return make_instance(Settings(test_mode=True, trusted_device=device))


@pytest.fixture
def app(instance: Tenant) -> App:
    return App(instance)


@pytest.fixture
def ada(app: App) -> Account:
    """Somebody signed in in the app."""
    return app.sign_up()


@pytest.fixture
def device(app: App, ada: Account) -> Device:
    """Her phone, enrolled."""
    found = Device()
    enrol(app, found)
    return found


def test_device_is_enrolled_by_signing_a_challenge(app: App, ada: Account, clock: Clock) -> None:
    phone = Device()
    prepared = prepare(app, phone).ok()
    challenge = prepared.body
    assert set(challenge) == {
        "object", "challenge", "challenge_id", "client_data", "expires_at", "algorithm"
    }  # fmt: skip
    assert challenge["object"] == "trusted_device_challenge"
    assert challenge["expires_at"] == clock.now() + 5 * 60_000
    shown = json.loads(challenge["client_data"])
    assert (shown["challenge"], shown["challenge_id"]) == (
        challenge["challenge"],
        challenge["challenge_id"],
    )
    enrolled = attempt(app, phone, challenge).ok()
    assert enrolled.body == {
        "object": "trusted_device",
        "id": phone.id,
        "platform": "ios",
        "app_identifier": "com.example.app",
        "name": "Ada's phone",
        "algorithm": "ES256",
        "status": "active",
        "created_at": clock.now(),
        "updated_at": clock.now(),
        "last_used_at": None,
        "revoked_at": None,
    }
    assert app.get(ROOT).ok().body == [enrolled.body]


def test_device_signs_in_again_without_a_name(
    instance: Tenant, app: App, ada: Account, device: Device, clock: Clock
) -> None:
    app.sign_out()
    clock.advance(hours=1)
    begun = app.post("/v1/client/sign_ins", strategy=STRATEGY, trusted_device_id=device.id).ok()
    assert begun.body["status"] == "needs_first_factor"
    assert (begun.body["identifier"], begun.body["user_data"]) == (None, None)
    assert begun.body["supported_first_factors"] == []
    verification = begun.body["first_factor_verification"]
    assert verification["object"] == "verification_trusted_device"
    assert (verification["status"], verification["strategy"]) == ("unverified", STRATEGY)
    challenge = verification["trusted_device_challenge"]
    assert challenge["trusted_device_id"] == device.id
    assert ada.user_id not in begun.text
    assert begun.client["sign_in"]["first_factor_verification"] == verification

    done = sign_in(app, device, f"/v1/client/sign_ins/{begun.body['id']}", challenge).ok()
    assert done.body["status"] == "complete"
    assert done.body["first_factor_verification"]["object"] == "verification_trusted_device"
    assert done.client["last_authentication_strategy"] == STRATEGY
    (session,) = done.client["sessions"]
    assert session["user"]["id"] == ada.user_id
    (row,) = app.get(ROOT).ok().body
    assert (row["id"], row["last_used_at"]) == (device.id, clock.now())


def test_another_client_of_the_same_phone_may_sign_in_too(
    instance: Tenant, ada: Account, device: Device
) -> None:
    anew = App(instance)
    assert sign_in(anew, device, *ask(anew, device)).ok().body["status"] == "complete"


def test_challenge_is_given_anew_within_a_sign_in(app: App, device: Device, ada: Account) -> None:
    app.sign_out()
    path, _ = ask(app, device)
    again = app.post(
        f"{path}/prepare_first_factor", strategy=STRATEGY, trusted_device_id=device.id
    ).ok()
    challenge = again.body["first_factor_verification"]["trusted_device_challenge"]
    assert sign_in(app, device, path, challenge).ok().body["status"] == "complete"


def test_device_may_prove_who_was_named_before(app: App, device: Device, ada: Account) -> None:
    app.sign_out()
    begun = app.post("/v1/client/sign_ins", identifier=ada.email_address).ok().body
    path = f"/v1/client/sign_ins/{begun['id']}"
    given = {"strategy": STRATEGY, "trusted_device_id": device.id}
    prepared = app.post(f"{path}/prepare_first_factor", **given).ok().body
    challenge = prepared["first_factor_verification"]["trusted_device_challenge"]
    assert sign_in(app, device, path, challenge).ok().body["status"] == "complete"


def test_signature_may_come_as_key_stores_make_it(app: App, device: Device, ada: Account) -> None:
    app.sign_out()
    path, challenge = ask(app, device)
    der = device.sign_der(challenge["client_data"])
    assert sign_in(app, device, path, challenge, signature=der).ok().body["status"] == "complete"


def test_second_factor_is_asked_for_all_the_same(
    instance: Tenant, app: App, device: Device, ada: Account
) -> None:
    totp = add_app(instance, ada.user_id)
    app.sign_out()
    path, challenge = ask(app, device)
    assert sign_in(app, device, path, challenge).ok().body["status"] == "needs_second_factor"
    done = app.post(f"{path}/attempt_second_factor", strategy="totp", code=totp.code()).ok()
    assert done.body["status"] == "complete"


def test_installation_has_one_key_per_app(
    app: App, device: Device, ada: Account, clock: Clock
) -> None:
    newer, other = Device(), Device(app_identifier="com.example.other", platform="android")
    enrol(app, newer)
    clock.advance(seconds=1)
    enrol(app, other)
    assert [each["id"] for each in app.get(ROOT).ok().body] == [newer.id, other.id]
    assert app.post(VALIDATE, trusted_device_id=device.id).ok().body["valid"] is False


def test_app_asks_whether_its_device_may_sign_in(
    app: App, device: Device, ada: Account, backend: Backend
) -> None:
    app.sign_out()
    reply = app.post(VALIDATE, trusted_device_id=device.id).ok()
    assert reply.body == {"object": "trusted_device_validation", "valid": True}
    assert reply.client["sessions"] == []
    assert app.post(VALIDATE, trusted_device_id="td_of_nobody").ok().body["valid"] is False
    backend.post(f"/v1/users/{ada.user_id}/ban").ok()
    assert app.post(VALIDATE, trusted_device_id=device.id).ok().body["valid"] is False


def test_device_is_revoked_by_its_user(
    app: App, device: Device, ada: Account, clock: Clock
) -> None:
    clock.advance(days=1)
    revoked = app.post(f"{ROOT}/{device.id}", _method="DELETE").ok().body
    assert (revoked["status"], revoked["revoked_at"]) == ("revoked", clock.now())
    assert app.get(ROOT).ok().body == []
    assert app.post(f"{ROOT}/{device.id}", _method="DELETE").status == 404


def test_user_sees_and_revokes_a_lost_phone_in_a_browser(
    browser: Browser, device: Device, ada: Account
) -> None:
    browser.sign_in(ada.email_address).ok()
    assert [each["id"] for each in browser.get(ROOT).ok().body] == [device.id]
    browser.post(f"{ROOT}/{device.id}", _method="DELETE").ok()
    assert browser.get(ROOT).ok().body == []


def test_device_is_revoked_while_its_user_is_deleted(
    instance: Tenant, backend: Backend, ada: Account, device: Device
) -> None:
    harness, ids = instance.harness, (InstanceId(instance.id), UserId(ada.user_id))
    path = f"/v1/users/{ada.user_id}/trusted_devices/{device.id}"

    async def delete(waits: threading.Event) -> None:
        async with harness.open.db.write() as tx:
            await user_store.lock_user(tx, *ids)
            await credential_store.void_proofs(tx, *ids, harness.clock.now())
            await asyncio.to_thread(waits.wait)
            await user_store.delete_user(tx, *ids)

    waits = threading.Event()
    deleted = asyncio.run_coroutine_threadsafe(delete(waits), harness.loop)
    with ThreadPoolExecutor(1) as thread:
        wait_until(lambda: harness.run(harness.open.db.value(_IN_WRITES)) == 1)
        revoked = thread.submit(backend.delete, path)
        wait_until(lambda: harness.run(harness.open.db.value(_WAITING)) == 1)
        waits.set()
        assert revoked.result().status == 404
    deleted.result(30)


def test_server_lists_and_revokes_a_users_devices(
    backend: Backend, device: Device, ada: Account
) -> None:
    path = f"/v1/users/{ada.user_id}/trusted_devices"
    listed = backend.get(path).ok().json
    assert (listed["total_count"], listed["data"][0]["id"]) == (1, device.id)
    assert backend.delete(f"{path}/{device.id}").ok().json["status"] == "revoked"
    assert backend.delete(f"{path}/{device.id}").status == 404
    assert backend.get(path).ok().json == {"data": [], "total_count": 0}
    assert backend.get("/v1/users/user_of_nobody/trusted_devices").status == 404


def test_environment_tells_apps_what_to_offer(instance: Tenant, browser: Browser) -> None:
    environment = browser.get("/v1/environment").ok().json["auth_config"]["native_settings"]
    assert environment == {
        "object": "native_settings",
        "api_enabled": True,
        "trusted_device_sign_in_enabled": True,
        "trusted_device_enrollment_prompt_after_sign_in_enabled": False,
        "trusted_device_enrollment_prompt_after_sign_up_enabled": True,
    }


@pytest.mark.parametrize(
    ("bent", "param"),
    [
        ({"platform": "windows"}, "platform"),
        ({"algorithm": "none"}, "algorithm"),
        ({"algorithm": "RS256"}, "algorithm"),
        ({"app_identifier": "a b"}, "app_identifier"),
        ({"app_identifier": "com.example.app\n"}, "app_identifier"),
        ({"name": "x" * 257}, "name"),
        ({"public_key_jwk": "{}"}, "public_key_jwk"),
        ({"public_key_jwk": "no json"}, "public_key_jwk"),
    ],
    ids=str,
)
def test_enrolment_takes_no_other_device(
    app: App, ada: Account, bent: dict[str, str], param: str
) -> None:
    refused = app.post(f"{ROOT}/prepare", **{**Device().form, **bent})
    assert (refused.status, refused.params) == (422, [param])


def test_sign_in_says_which_device(app: App, device: Device, ada: Account) -> None:
    app.sign_out()
    refused = app.post("/v1/client/sign_ins", strategy=STRATEGY)
    assert (refused.status, refused.params) == (422, ["trusted_device_id"])
    unknown = app.post("/v1/client/sign_ins", strategy=STRATEGY, trusted_device_id="td_nobody")
    # The code and the field by which Clerk's SDKs know that they may forget their key.
    assert (unknown.codes, unknown.params) == (
        ["trusted_device_not_registered"],
        ["trusted_device_id"],
    )
    path, challenge = ask(app, device)
    for name in ("client_data", "signature", "algorithm"):
        refused = sign_in(app, device, path, challenge, **{name: ""})
        assert (refused.status, refused.params) == (422, [name])
    refused = sign_in(app, device, path, challenge, algorithm="none")
    assert (refused.status, refused.params) == (422, ["algorithm"])
    assert sign_in(app, device, path, challenge).ok().body["status"] == "complete"
