"""Case 66: a device's key signs its own user in, in a native app, one challenge at a time."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

from hallporter.contract.settings import Settings, TrustedDeviceSettings
from tests.concurrency import at_once
from tests.conftest import Make
from tests.devices import ROOT, STRATEGY, App, Device, ask, attempt, enrol, prepare, sign_in
from tests.harness import ORIGIN, Account, Clock, Tenant

CONCURRENT = 10
FAILED_TO_ENROL = ["trusted_device_enrollment_failure"]
FAILED_TO_SIGN_IN = ["trusted_device_verification_failure"]
UNKNOWN = ["trusted_device_not_registered"]
VALIDATE = "/v1/client/trusted_devices/validate"


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance whose apps may keep keys."""
    device = TrustedDeviceSettings(sign_in=True)
    return make_instance(Settings(test_mode=True, trusted_device=device))


@pytest.fixture
def app(instance: Tenant) -> App:
    """The victim's app."""
    return App(instance)


@pytest.fixture
def victim(app: App) -> Account:
    return app.sign_up()


@pytest.fixture
def device(app: App, victim: Account) -> Device:
    """The victim's phone, enrolled; they have left."""
    found = Device()
    enrol(app, found)
    app.sign_out()
    return found


@pytest.fixture
def mallory(instance: Tenant) -> App:
    """An app in which somebody else is signed in."""
    app = App(instance)
    app.sign_up()
    return app


def devices_of(app: App) -> list[str]:
    return [each["id"] for each in app.get(ROOT).ok().body]


def test_case_66_web_page_enrols_nothing_and_signs_nobody_in(
    instance: Tenant, device: Device
) -> None:
    page = instance.browser()
    page.sign_up()
    errors = [
        prepare(page, Device()),
        page.post(f"{ROOT}/attempt", **Device().form, client_data="{}", signature="x"),
        page.post(VALIDATE, trusted_device_id=device.id),
        page.post("/v1/client/sign_ins", strategy=STRATEGY, trusted_device_id=device.id),
    ]
    begun = instance.browser()
    path = f"/v1/client/sign_ins/{begun.post('/v1/client/sign_ins').ok().body['id']}"
    for step in ("prepare_first_factor", "attempt_first_factor"):
        given = {"strategy": STRATEGY, "trusted_device_id": device.id}
        errors.append(begun.post(f"{path}/{step}", **given))
    for reply in errors:
        assert (reply.status, reply.codes) == (403, ["trusted_device_native_only"])


def test_case_66_page_that_calls_itself_native_is_none(instance: Tenant, mallory: App) -> None:
    for origin, codes in (
        (ORIGIN, ["origin_authorization_headers_conflict"]),
        ("https://evil.test", ["origin_invalid"]),
    ):
        mallory.http.headers["Origin"] = origin
        assert prepare(mallory, Device()).codes == codes
    cookies = instance.browser(origin=None)
    cookies.http.cookies.set("__client", mallory.http.headers["Authorization"])
    assert cookies.request(
        "POST", f"{ROOT}/prepare", params={"_is_native": "1"}, data=Device().form
    ).codes == ["authentication_invalid"]


def test_case_66_nothing_is_served_where_it_is_switched_off(
    instance: Tenant, app: App, device: Device, mallory: App
) -> None:
    path, challenge = ask(app, device)
    enrolment, phone = prepare(mallory, Device()).ok().body, Device()
    for setting, given in (
        ("trusted_device__sign_in", (403, ["feature_not_enabled"])),
        ("native_api", (400, ["native_api_disabled"])),
    ):
        instance.update(**{setting: False})
        for reply in (
            prepare(mallory, phone),
            attempt(mallory, phone, enrolment),
            mallory.post(VALIDATE, trusted_device_id=device.id),
            app.post("/v1/client/sign_ins", strategy=STRATEGY, trusted_device_id=device.id),
            sign_in(app, device, path, challenge),
        ):
            assert (reply.status, reply.codes) == given


def test_case_66_key_is_enrolled_by_its_holder_only(mallory: App) -> None:
    phone, stolen = Device(), Device()
    prepared = prepare(mallory, phone).ok().body
    forged = stolen.sign(prepared["client_data"])
    assert attempt(mallory, phone, prepared, signature=forged).codes == FAILED_TO_ENROL
    # One answer per challenge, right or wrong.
    assert attempt(mallory, phone, prepared).codes == ["verification_expired"]
    assert devices_of(mallory) == []


@pytest.mark.parametrize(
    "signature",
    ["", "AA", "A" * 86, bytes_to_base64url(b"\0" * 64), bytes_to_base64url(b"\x30\x00"), "é"],
)
def test_case_66_odd_signatures_are_none(mallory: App, signature: str) -> None:
    phone = Device()
    prepared = prepare(mallory, phone).ok().body
    refused = attempt(mallory, phone, prepared, signature=signature)
    assert refused.codes in (FAILED_TO_ENROL, ["form_param_format_invalid"])
    assert devices_of(mallory) == []


@pytest.mark.parametrize("bent", ["platform", "app_identifier", "public_key_jwk"])
def test_case_66_challenge_is_for_the_device_that_asked(mallory: App, bent: str) -> None:
    phone, other = Device(), Device(platform="android", app_identifier="com.evil.app")
    prepared = prepare(mallory, phone).ok().body
    given = {bent: other.form[bent]}
    if bent == "public_key_jwk":
        given["signature"] = other.sign(prepared["client_data"])
    assert attempt(mallory, phone, prepared, **given).codes == FAILED_TO_ENROL
    assert devices_of(mallory) == []


def test_case_66_altered_text_is_not_what_was_asked(mallory: App) -> None:
    phone = Device()
    prepared = prepare(mallory, phone).ok().body
    text = prepared["client_data"].replace("com.example.app", "com.example.app2")
    refused = attempt(mallory, phone, prepared, client_data=text, signature=phone.sign(text))
    assert refused.codes == FAILED_TO_ENROL


@pytest.mark.parametrize("id", ["\0", "é", "", "ver_1"], ids=ascii)
def test_case_66_challenge_of_no_id_is_none(mallory: App, id: str) -> None:
    phone = Device()
    prepared = prepare(mallory, phone).ok().body
    text = json.dumps(json.loads(prepared["client_data"]) | {"challenge_id": id})
    refused = attempt(mallory, phone, prepared, client_data=text, signature=phone.sign(text))
    assert refused.codes in (["form_param_format_invalid"], ["verification_missing"])


def test_case_66_enrolment_is_for_the_user_and_the_client_that_asked(
    instance: Tenant, app: App, victim: Account, mallory: App
) -> None:
    phone = Device()
    theirs = prepare(app, phone).ok().body
    assert attempt(mallory, phone, theirs).codes == ["verification_missing"]
    elsewhere = App(instance)
    elsewhere.sign_in(victim.email_address).ok()
    assert attempt(elsewhere, phone, theirs).codes == ["verification_missing"]
    # Nor is it spent by those.
    attempt(app, phone, theirs).ok()


def test_case_66_enrolment_ends_with_the_session_and_with_its_time(
    instance: Tenant, app: App, victim: Account, clock: Clock
) -> None:
    phone = Device()
    prepared = prepare(app, phone).ok().body
    clock.advance(minutes=5)
    assert attempt(app, phone, prepared).codes == ["verification_expired"]
    prepared = prepare(app, phone).ok().body
    app.sign_out()
    assert attempt(app, phone, prepared).status == 401


def test_case_66_session_left_open_enrols_nothing(app: App, victim: Account, clock: Clock) -> None:
    clock.advance(minutes=11)
    assert prepare(app, Device()).codes == ["session_reverification_required"]


def test_case_66_parallel_answers_enrol_one_device(app: App, victim: Account) -> None:
    phone = Device()
    prepared = prepare(app, phone).ok().body
    replies = at_once(CONCURRENT, lambda _: attempt(app, phone, prepared))
    assert [reply.status for reply in replies].count(200) == 1
    assert len(devices_of(app)) == 1


def test_case_66_key_is_enrolled_once_and_never_again(
    app: App, device: Device, victim: Account, mallory: App
) -> None:
    copied = Device(key=device.key)
    prepared = prepare(mallory, copied).ok().body
    assert attempt(mallory, copied, prepared).codes == ["trusted_device_already_exists"]
    assert app.post(VALIDATE, trusted_device_id=device.id).ok().body["valid"]
    app.sign_in(victim.email_address).ok()
    app.post(f"{ROOT}/{device.id}", _method="DELETE").ok()
    prepared = prepare(app, device).ok().body
    assert attempt(app, device, prepared).codes == ["trusted_device_already_exists"]


def test_case_66_failed_enrolment_leaves_the_device_before_it(app: App, victim: Account) -> None:
    phone, revoked = Device(), Device()
    enrol(app, revoked)
    enrol(app, phone)
    prepared = prepare(app, revoked).ok().body
    assert attempt(app, revoked, prepared).codes == ["trusted_device_already_exists"]
    assert devices_of(app) == [phone.id]


def _jwk(**bent: str) -> str:
    return json.dumps({**json.loads(Device().jwk), **bent})


def _other_curve() -> str:
    numbers = ec.generate_private_key(ec.SECP384R1()).public_key().public_numbers()
    x, y = (bytes_to_base64url(each.to_bytes(48)) for each in (numbers.x, numbers.y))
    return json.dumps({"kty": "EC", "crv": "P-384", "x": x, "y": y})


@pytest.mark.parametrize(
    "jwk",
    [
        _jwk(kty="oct", k="c2VjcmV0"),
        _jwk(kty="RSA"),
        _jwk(crv="secp256k1"),
        _jwk(d="c2VjcmV0"),
        _jwk(x=bytes_to_base64url(b"\0" * 32), y=bytes_to_base64url(b"\0" * 32)),
        _jwk(y=bytes_to_base64url(b"\x01" * 32)),
        _jwk(x="AA"),
        _jwk(x="é"),
        _other_curve(),
        "[]",
        '"ES256"',
    ],
)
def test_case_66_key_of_another_kind_is_none(mallory: App, jwk: str) -> None:
    refused = mallory.post(f"{ROOT}/prepare", **{**Device().form, "public_key_jwk": jwk})
    assert (refused.status, refused.params) == (422, ["public_key_jwk"])


def test_case_66_foreign_key_signs_nobody_in(instance: Tenant, device: Device) -> None:
    thief, forger = App(instance), Device(id=device.id)
    path, challenge = ask(thief, device)
    assert sign_in(thief, forger, path, challenge).codes == FAILED_TO_SIGN_IN
    # The challenge is spent by it.
    assert sign_in(thief, device, path, challenge).codes == ["verification_expired"]
    assert thief.get("/v1/me").status == 401


def test_case_66_own_device_proves_nobody_else(
    instance: Tenant, device: Device, victim: Account, mallory: App
) -> None:
    own = Device()
    enrol(mallory, own)
    thief = App(instance)
    begun = thief.post("/v1/client/sign_ins", identifier=victim.email_address).ok().body
    path = f"/v1/client/sign_ins/{begun['id']}"
    given = {"strategy": STRATEGY, "trusted_device_id": own.id}
    assert thief.post(f"{path}/prepare_first_factor", **given).codes == UNKNOWN
    given["trusted_device_id"] = device.id
    prepared = thief.post(f"{path}/prepare_first_factor", **given).ok().body
    challenge = prepared["first_factor_verification"]["trusted_device_challenge"]
    assert sign_in(thief, own, path, challenge).codes == UNKNOWN
    # A challenge to one device, answered by another.
    path, challenge = ask(thief, device)
    assert sign_in(thief, own, path, challenge).codes == FAILED_TO_SIGN_IN


def test_case_66_signature_counts_once_and_for_its_sign_in(
    instance: Tenant, app: App, device: Device
) -> None:
    path, challenge = ask(app, device)
    elsewhere = App(instance)
    other, _ = ask(elsewhere, device)
    assert sign_in(elsewhere, device, path, challenge).status in (401, 404)
    assert sign_in(elsewhere, device, other, challenge).codes == FAILED_TO_SIGN_IN
    sign_in(app, device, path, challenge).ok()
    assert sign_in(app, device, path, challenge).codes in (
        ["client_state_invalid"],
        ["identifier_already_signed_in"],
    )
    app.sign_out()
    path, _ = ask(app, device)
    assert sign_in(app, device, path, challenge).codes == FAILED_TO_SIGN_IN


def test_case_66_parallel_answers_open_one_session(app: App, device: Device) -> None:
    path, challenge = ask(app, device)
    replies = at_once(CONCURRENT, lambda _: sign_in(app, device, path, challenge))
    assert [reply.status for reply in replies].count(200) == 1
    assert len(app.get("/v1/client").ok().body["sessions"]) == 1


def test_case_66_challenge_lives_for_minutes(app: App, device: Device, clock: Clock) -> None:
    path, challenge = ask(app, device)
    clock.advance(minutes=5)
    assert sign_in(app, device, path, challenge).codes == ["verification_expired"]


def test_case_66_signature_for_one_purpose_is_none_for_another(
    app: App, device: Device, victim: Account, mallory: App
) -> None:
    # What a device signs to be enrolled signs nobody in, and the other way round.
    phone = Device(key=device.key)
    enrolment = prepare(mallory, phone).ok().body
    path, challenge = ask(app, device)
    assert sign_in(app, device, path, enrolment).codes == FAILED_TO_SIGN_IN
    app.sign_in(victim.email_address).ok()
    _, challenge = ask(app, device)
    for caller in (app, mallory):
        assert attempt(caller, device, challenge).codes == ["verification_missing"]


def test_case_66_revoked_device_is_dead_at_once(
    instance: Tenant, app: App, device: Device, victim: Account
) -> None:
    path, challenge = ask(app, device)
    with instance.backend() as backend:
        backend.delete(f"/v1/users/{victim.user_id}/trusted_devices/{device.id}").ok()
    assert sign_in(app, device, path, challenge).codes == UNKNOWN
    begun = app.post("/v1/client/sign_ins", strategy=STRATEGY, trusted_device_id=device.id)
    assert begun.codes == UNKNOWN


@pytest.mark.parametrize(("what", "codes"), [("ban", ["user_banned"]), ("lock", ["user_locked"])])
def test_case_66_key_opens_no_account_that_is_shut(
    instance: Tenant, app: App, device: Device, victim: Account, what: str, codes: list[str]
) -> None:
    path, challenge = ask(app, device)
    with instance.backend() as backend:
        backend.post(f"/v1/users/{victim.user_id}/{what}").ok()
    assert sign_in(app, device, path, challenge).codes == codes
    assert app.get("/v1/me").status == 401


def test_case_66_key_dies_with_its_user(
    instance: Tenant, app: App, device: Device, victim: Account
) -> None:
    path, challenge = ask(app, device)
    with instance.backend() as backend:
        backend.delete(f"/v1/users/{victim.user_id}").ok()
    assert sign_in(app, device, path, challenge).codes == UNKNOWN
    begun = app.post("/v1/client/sign_ins", strategy=STRATEGY, trusted_device_id=device.id)
    assert begun.codes == UNKNOWN


def test_case_66_devices_of_others_are_neither_seen_nor_revoked(
    app: App, device: Device, mallory: App
) -> None:
    assert devices_of(mallory) == []
    assert mallory.post(f"{ROOT}/{device.id}", _method="DELETE").status == 404
    assert app.post(VALIDATE, trusted_device_id=device.id).ok().body["valid"]


def test_case_66_other_instance_knows_nothing_of_it(
    device: Device, make_instance: Make, victim: Account
) -> None:
    there = make_instance(
        Settings(test_mode=True, trusted_device=TrustedDeviceSettings(sign_in=True))
    )
    app = App(there)
    app.sign_up()
    assert app.post(VALIDATE, trusted_device_id=device.id).ok().body["valid"] is False
    begun = app.post("/v1/client/sign_ins", strategy=STRATEGY, trusted_device_id=device.id)
    assert begun.codes == UNKNOWN
    with there.backend() as backend:
        path = f"/v1/users/{victim.user_id}/trusted_devices"
        assert backend.get(path).status == 404
        assert backend.delete(f"{path}/{device.id}").status == 404


def test_case_66_session_proves_itself_anew_by_no_device(
    app: App, device: Device, victim: Account
) -> None:
    path, challenge = ask(app, device)
    sign_in(app, device, path, challenge).ok()
    session = app.get("/v1/client").ok().body["last_active_session_id"]
    verify = f"/v1/client/sessions/{session}/verify"
    app.post(verify, level="first_factor").ok()
    given = {"strategy": STRATEGY, "trusted_device_id": device.id, "algorithm": "ES256"}
    given |= device.answer(challenge)
    for step in ("prepare_first_factor", "attempt_first_factor"):
        assert app.post(f"{verify}/{step}", **given).status in (400, 422)
