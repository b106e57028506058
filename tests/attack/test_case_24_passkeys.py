"""Case 24: a passkey proves its owner, once, on the instance's own pages."""

import json
import uuid
from functools import partial
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from hallporter.contract.settings import Attributes, AttributeSettings, Settings
from tests.authenticator import Authenticator
from tests.concurrency import at_once
from tests.conftest import Make
from tests.harness import Account, Browser, Reply, Tenant

CONCURRENT = 10
STANDS_STILL = "passkey counter did not go on"


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that has passkeys."""
    passkey = AttributeSettings(enabled=True, used_for_first_factor=True)
    return make_instance(Settings(test_mode=True, attributes=Attributes(passkey=passkey)))


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


@pytest.fixture
def victim(browser: Browser, device: Authenticator) -> Account:
    """Somebody with a passkey."""
    account = browser.sign_up()
    answer_registration(browser, device).ok()
    return account


def answer_registration(browser: Browser, device: Authenticator) -> Reply:
    """Begin to register a device and answer."""
    begun = browser.post("/v1/me/passkeys").ok().body
    return attempt_registration(browser, begun["id"], device.create(begun["verification"]["nonce"]))


def attempt_registration(browser: Browser, id: str, answer: str) -> Reply:
    """Answer a registration."""
    path = f"/v1/me/passkeys/{id}/attempt_verification"
    return browser.post(path, strategy="passkey", public_key_credential=answer)


def begin(browser: Browser, **given: str) -> tuple[str, str]:
    """Begin to sign in by passkey; return where to answer, and what is asked."""
    begun = browser.post("/v1/client/sign_ins", strategy="passkey", **given).ok().body
    return f"/v1/client/sign_ins/{begun['id']}", begun["first_factor_verification"]["nonce"]


def attempt(browser: Browser, path: str, answer: str) -> Reply:
    """Answer a sign-in."""
    return browser.post(
        f"{path}/attempt_first_factor", strategy="passkey", public_key_credential=answer
    )


@pytest.mark.parametrize(
    "bent",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost.evil.example"},
        {"rp_id": "evil.example"},
        {"rp_id": "t.localhost"},
        {"flags": 0x01},
        {"flags": 0x04},
    ],
    ids=str,
)
def test_case_24_bent_answer_signs_nobody_in(
    instance: Tenant, victim: Account, device: Authenticator, bent: dict[str, Any]
) -> None:
    elsewhere = instance.browser()
    path, nonce = begin(elsewhere)
    for name, value in bent.items():
        setattr(device, name, value)
    refused = attempt(elsewhere, path, device.get(nonce))
    assert (refused.status, refused.codes) == (400, ["passkey_authentication_failure"])
    assert elsewhere.get("/v1/client").body["sessions"] == []


@pytest.mark.parametrize(
    "bent", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}], ids=str
)
def test_case_24_bent_answer_registers_nothing(browser: Browser, bent: dict[str, Any]) -> None:
    browser.sign_up()
    refused = answer_registration(browser, Authenticator(**bent))
    assert refused.codes == ["passkey_invalid_public_key_credential"]
    assert browser.get("/v1/me").ok().body["passkeys"] == []


@pytest.mark.parametrize(
    "given", [{1: 2, 3: -7, -1: 1, -2: b"x" * 32}, {3: -7}, {1: 2}, 7, "key", [1]], ids=str
)
def test_case_24_key_that_is_none_is_not_registered(browser: Browser, given: Any) -> None:
    browser.sign_up()
    refused = answer_registration(browser, Authenticator(attested_key=given))
    assert (refused.status, refused.codes) == (422, ["passkey_invalid_public_key_credential"])
    assert browser.get("/v1/me").ok().body["passkeys"] == []


# WebAuthn Level 3, sections 7.1 and 7.2: the page around a frame could lay itself over it.
FRAMES = pytest.mark.parametrize(
    ("given", "is_ours"),
    [
        ({"crossOrigin": False}, True),
        ({"crossOrigin": True, "topOrigin": "http://localhost:5000"}, True),
        ({"crossOrigin": True, "topOrigin": "https://partner.example"}, True),
        ({"crossOrigin": True, "topOrigin": "https://evil.example"}, False),
        ({"topOrigin": "https://evil.example"}, False),
        ({"crossOrigin": True, "topOrigin": ""}, False),
        # A browser of before Level 3 names nobody.
        ({"crossOrigin": True}, False),
        ({"crossOrigin": "yes"}, False),
    ],
    ids=str,
)


@FRAMES
def test_case_24_frame_of_a_foreign_page_signs_nobody_in(
    instance: Tenant, victim: Account, device: Authenticator, given: dict[str, Any], is_ours: bool
) -> None:
    instance.update(allowed_origins=["https://partner.example"])
    elsewhere = instance.browser()
    path, nonce = begin(elsewhere)
    device.client_data = given
    reply = attempt(elsewhere, path, device.get(nonce))
    assert reply.status == (200 if is_ours else 400)
    assert is_ours or reply.codes == ["passkey_authentication_failure"]


@FRAMES
def test_case_24_frame_of_a_foreign_page_registers_nothing(
    instance: Tenant, browser: Browser, given: dict[str, Any], is_ours: bool
) -> None:
    instance.update(allowed_origins=["https://partner.example"])
    browser.sign_up()
    reply = answer_registration(browser, Authenticator(client_data=given))
    assert reply.status == (200 if is_ours else 422)
    assert len(browser.get("/v1/me").ok().body["passkeys"]) == is_ours


def test_case_24_only_algorithms_that_we_name_are_offered_and_taken(browser: Browser) -> None:
    browser.sign_up()
    begun = browser.post("/v1/me/passkeys").ok().body
    nonce = begun["verification"]["nonce"]
    offered = json.loads(nonce)["pubKeyCredParams"]
    assert [each["alg"] for each in offered] == [-8, -7, -257]
    # A key for RSASSA-PSS, which was not offered.
    other = Authenticator(attested_key={1: 3, 3: -37, -1: b"n" * 256, -2: b"\1\0\1"})
    refused = attempt_registration(
        browser, begun["id"], other.create(begun["verification"]["nonce"])
    )
    assert (refused.status, refused.codes) == (422, ["passkey_invalid_public_key_credential"])


def test_case_24_key_of_an_odd_shape_signs_nobody_in(instance: Tenant, browser: Browser) -> None:
    browser.sign_up()
    odd = Authenticator(attested_key={1: 1, 3: -8, -1: 6, -2: 5})
    answer_registration(browser, odd).ok()
    elsewhere = instance.browser()
    path, nonce = begin(elsewhere)
    refused = attempt(elsewhere, path, odd.get(nonce))
    assert (refused.status, refused.codes) == (400, ["passkey_authentication_failure"])


@pytest.mark.parametrize("id", ["\0", "é", "a b", ""], ids=ascii)
def test_case_24_id_that_no_browser_makes_is_nobodys(instance: Tenant, id: str) -> None:
    browser = instance.browser()
    path, nonce = begin(browser)
    answer = json.loads(Authenticator().get(nonce)) | {"id": id}
    refused = attempt(browser, path, json.dumps(answer))
    assert (refused.status, refused.codes) in (
        (422, ["form_param_format_invalid"]),
        (404, ["passkey_not_registered"]),
    )


def test_case_24_answer_counts_once(
    instance: Tenant, victim: Account, device: Authenticator
) -> None:
    elsewhere = instance.browser()
    path, nonce = begin(elsewhere)
    answer = device.get(nonce)
    attempt(elsewhere, path, answer).ok()
    assert attempt(elsewhere, path, answer).status in (400, 404)
    other = instance.browser()
    path, _ = begin(other)
    assert attempt(other, path, answer).codes == ["passkey_authentication_failure"]


def test_case_24_parallel_replays_open_one_session(
    instance: Tenant, victim: Account, device: Authenticator
) -> None:
    elsewhere = instance.browser()
    path, nonce = begin(elsewhere)
    answer = device.get(nonce)
    replies = at_once(CONCURRENT, lambda _: attempt(elsewhere, path, answer))
    assert [reply.status for reply in replies].count(200) == 1
    assert len(elsewhere.get("/v1/client").body["sessions"]) == 1


def test_case_24_challenge_is_spent_by_a_wrong_answer(
    instance: Tenant, victim: Account, device: Authenticator
) -> None:
    elsewhere = instance.browser()
    path, nonce = begin(elsewhere)
    forger = Authenticator(credential_id=device.credential_id)
    assert attempt(elsewhere, path, forger.get(nonce)).codes == ["passkey_authentication_failure"]
    assert attempt(elsewhere, path, device.get(nonce)).codes == ["verification_expired"]


def test_case_24_challenge_of_one_browser_is_worth_nothing_in_another(
    instance: Tenant, victim: Account, device: Authenticator
) -> None:
    thief, owner = instance.browser(), instance.browser()
    _, thiefs_challenge = begin(thief)
    path, _ = begin(owner)
    refused = attempt(owner, path, device.get(thiefs_challenge))
    assert refused.codes == ["passkey_authentication_failure"]


def test_case_24_passkey_of_another_user_proves_nothing(instance: Tenant, victim: Account) -> None:
    mallory, own = instance.browser(), Authenticator()
    mallory.sign_up()
    answer_registration(mallory, own).ok()
    elsewhere = instance.browser()
    path, nonce = begin(elsewhere, identifier=victim.email_address)
    assert attempt(elsewhere, path, own.get(nonce)).codes == ["passkey_not_registered"]


def test_case_24_counter_that_stands_still_is_noted_and_its_owner_comes_in(
    instance: Tenant, browser: Browser, victim: Account, device: Authenticator
) -> None:
    # Some keep no counter for long: passkeys that a password manager carries between devices.
    passkey = browser.get("/v1/me").ok().body["passkeys"][0]
    device.sign_count = 7
    elsewhere = instance.browser()
    path, nonce = begin(elsewhere)
    attempt(elsewhere, path, device.get(nonce)).ok()
    device.counts = False
    for _ in range(2):
        elsewhere = instance.browser()
        path, nonce = begin(elsewhere)
        instance.harness.clock.advance(minutes=1)
        with capture_logs() as logs:
            attempt(elsewhere, path, device.get(nonce)).ok()
        (event,) = [each for each in logs if each["event"] == STANDS_STILL]
        assert event == {
            "event": STANDS_STILL,
            "log_level": "warning",
            "instance_id": instance.id,
            "user_id": victim.user_id,
            "passkey_id": passkey["id"],
            "taken": True,
        }
        # A copy that is behind the one used last is noted at each of its uses.
        device.sign_count = 3
    used = browser.get("/v1/me").ok().body["passkeys"][0]
    assert used["last_used_at"] == instance.harness.clock.now()


def test_case_24_copied_key_is_refused_when_its_counter_falls_behind(
    instance: Tenant, victim: Account, device: Authenticator
) -> None:
    instance.update(passkey__counter="refuse")
    for _ in range(2):
        elsewhere = instance.browser()
        path, nonce = begin(elsewhere)
        attempt(elsewhere, path, device.get(nonce)).ok()
    device.sign_count = 0
    elsewhere = instance.browser()
    path, nonce = begin(elsewhere)
    refused = attempt(elsewhere, path, device.get(nonce))
    assert refused.codes == ["passkey_authentication_failure"]


def test_case_24_removed_passkey_opens_nothing(
    instance: Tenant, browser: Browser, victim: Account, device: Authenticator
) -> None:
    elsewhere = instance.browser()
    path, nonce = begin(elsewhere)
    id = browser.get("/v1/me").ok().body["passkeys"][0]["id"]
    browser.post(f"/v1/me/passkeys/{id}", _method="DELETE").ok()
    assert attempt(elsewhere, path, device.get(nonce)).codes == ["passkey_not_registered"]


def test_case_24_credential_belongs_to_one_user(
    instance: Tenant, victim: Account, device: Authenticator
) -> None:
    mallory = instance.browser()
    mallory.sign_up()
    assert answer_registration(mallory, device).codes == ["passkey_already_exists"]


def test_case_24_registration_is_the_asked_clients(instance: Tenant, victim: Account) -> None:
    first, second = instance.browser(), instance.browser()
    for browser in (first, second):
        browser.sign_in(victim.email_address).ok()
    begun = first.post("/v1/me/passkeys").ok().body
    answer = Authenticator().create(begun["verification"]["nonce"])
    assert attempt_registration(second, begun["id"], answer).status == 404
    attempt_registration(first, begun["id"], answer).ok()


@pytest.mark.parametrize("answer", ["", "[]", "{}", "null", "x" * 2000, '{"id": "a"}'])
def test_case_24_nonsense_is_refused_in_a_sentence(instance: Tenant, answer: str) -> None:
    browser = instance.browser()
    path, _ = begin(browser)
    assert attempt(browser, path, answer).status == 422


def test_case_24_a_stale_session_adds_no_passkey(
    instance: Tenant, browser: Browser, victim: Account
) -> None:
    instance.harness.clock.advance(minutes=11)
    assert browser.post("/v1/me/passkeys").codes == ["session_reverification_required"]


def keep_token(browser: Browser, reply: httpx.Response) -> None:
    """Keep the client's token that a reply sets."""
    for directive in reply.headers.get_list("set-cookie"):
        name, _, value = directive.partition(";")[0].partition("=")
        if name == "__client":
            browser.http.headers["Cookie"] = f"__client={value}"


@pytest.mark.parametrize(
    ("page", "is_ours"),
    [
        ("https://example.com", True),
        ("https://app.example.com", True),
        ("http://example.com", False),
        ("https://example.com:8443", False),
        ("https://example.com.evil.test", False),
    ],
)
def test_case_24_only_pages_of_the_instance_register(
    make_instance: Make, page: str, is_ours: bool
) -> None:
    passkey = AttributeSettings(enabled=True, used_for_first_factor=True)
    settings = Settings(test_mode=True, attributes=Attributes(passkey=passkey))
    host = f"clerk.{uuid.uuid4().hex[:8]}.example.com"
    instance = make_instance(settings, frontend_host=host)
    home = instance.host.removeprefix("clerk.")
    browser = instance.browser(origin=f"https://{home}")
    # The jar keeps no cookie of a domain that it did not call.
    browser.http.event_hooks = {"response": [partial(keep_token, browser)]}
    browser.sign_up()
    device = Authenticator(origin=page.replace("example.com", home, 1))
    reply = answer_registration(browser, device)
    assert reply.status == (200 if is_ours else 422)
