"""Codes by WhatsApp, wherever a code goes to a telephone, on instances that have the channel."""

from typing import Any

import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.harness import PASSWORD, Backend, Browser, Clock, Outbox, Reply, Tenant

NUMBER = "+32471234567"
SIGN_INS, SIGN_UPS = "/v1/client/sign_ins", "/v1/client/sign_ups"
NUMBERS = "/v1/me/phone_numbers"


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance whose users may have codes by WhatsApp, and none of whose codes are known."""
    tenant = make_instance(Settings(reverification=False))
    tenant.update(
        attributes__phone_number__enabled=True,
        attributes__phone_number__channels=["sms", "whatsapp"],
        attributes__email_address__required=False,
        attributes__password__required=False,
    )
    return tenant


@pytest.fixture
def ada(backend: Backend) -> Any:
    """Somebody with a number."""
    return backend.create_user(email_address=["ada@example.com"], phone_number=[NUMBER])


def sent(outbox: Outbox) -> list[str]:
    """Return how each code to the number travelled, oldest first."""
    return [row.channel for row in outbox.rows() if row.recipient == NUMBER]


def is_refused(reply: Reply) -> bool:
    """Tell whether the channel was what is wrong."""
    found = (reply.status, reply.codes, reply.params)
    return found == (422, ["form_param_value_invalid"], ["channel"])


def test_sign_in_begins_with_a_code_by_whatsapp(ada: Any, browser: Browser, outbox: Outbox) -> None:
    begun = browser.post(
        SIGN_INS, identifier=NUMBER, strategy="phone_code", channel="whatsapp"
    ).ok()
    waits = begun.body["first_factor_verification"]
    assert (waits["strategy"], waits["channel"]) == ("phone_code", "whatsapp")
    assert sent(outbox) == ["whatsapp"]
    path = f"{SIGN_INS}/{begun.body['id']}"
    code = outbox.last_code(NUMBER)
    done = browser.post(f"{path}/attempt_first_factor", strategy="phone_code", code=code).ok()
    assert (done.body["status"], browser.get("/v1/me").body["id"]) == ("complete", ada["id"])


def test_without_a_channel_codes_go_back_to_sms(
    ada: Any, browser: Browser, outbox: Outbox, clock: Clock
) -> None:
    begun = browser.post(SIGN_INS, identifier=NUMBER).ok().body
    for channel in ({"channel": "whatsapp"}, {}, {"channel": "sms"}):
        clock.advance(seconds=1)
        form = {"strategy": "phone_code", **channel}
        body = browser.post(f"{SIGN_INS}/{begun['id']}/prepare_first_factor", **form).ok().body
        assert body["first_factor_verification"]["channel"] == channel.get("channel", "sms")
    assert sent(outbox) == ["whatsapp", "sms", "sms"]


def test_password_is_reset_by_whatsapp(ada: Any, browser: Browser, outbox: Outbox) -> None:
    begun = browser.post(SIGN_INS, identifier=NUMBER).ok().body
    form = {"strategy": "reset_password_phone_code", "channel": "whatsapp"}
    browser.post(f"{SIGN_INS}/{begun['id']}/prepare_first_factor", **form).ok()
    (row,) = outbox.rows()
    assert (row.channel, row.slug) == ("whatsapp", "reset_password_code")


def test_second_factor_comes_by_whatsapp(
    instance: Tenant, ada: Any, browser: Browser, outbox: Outbox
) -> None:
    browser.sign_in("ada@example.com").ok()
    (number,) = browser.get(NUMBERS).json
    form = {"_method": "PATCH", "reserved_for_second_factor": "true"}
    browser.post(f"{NUMBERS}/{number['id']}", **form).ok()
    elsewhere = instance.browser()
    begun = elsewhere.sign_in("ada@example.com").ok().body
    path = f"{SIGN_INS}/{begun['id']}"
    form = {"strategy": "phone_code", "channel": "whatsapp"}
    body = elsewhere.post(f"{path}/prepare_second_factor", **form).ok().body
    assert body["second_factor_verification"]["channel"] == "whatsapp"
    assert sent(outbox) == ["whatsapp"]
    code = outbox.last_code(NUMBER)
    done = elsewhere.post(f"{path}/attempt_second_factor", strategy="phone_code", code=code).ok()
    assert done.body["status"] == "complete"


def test_session_is_proved_anew_by_whatsapp(ada: Any, browser: Browser, outbox: Outbox) -> None:
    session_id = browser.sign_in("ada@example.com").ok().body["created_session_id"]
    path = f"/v1/client/sessions/{session_id}/verify"
    browser.post(path, level="first_factor").ok()
    form = {"strategy": "phone_code", "channel": "whatsapp"}
    body = browser.post(f"{path}/prepare_first_factor", **form).ok().body
    assert body["first_factor_verification"]["channel"] == "whatsapp"
    assert sent(outbox) == ["whatsapp"]


def test_sign_up_that_names_the_channel_is_sent_its_code_at_once(
    browser: Browser, outbox: Outbox
) -> None:
    form = {"phone_number": NUMBER, "strategy": "phone_code", "channel": "whatsapp"}
    begun = browser.post(SIGN_UPS, **form).ok().body
    waits = begun["verifications"]["phone_number"]
    assert (waits["status"], waits["channel"]) == ("unverified", "whatsapp")
    assert sent(outbox) == ["whatsapp"]
    path = f"{SIGN_UPS}/{begun['id']}"
    code = outbox.last_code(NUMBER)
    done = browser.post(f"{path}/attempt_verification", strategy="phone_code", code=code).ok()
    assert done.body["status"] == "complete"


def test_sign_up_asks_again_by_another_channel(
    browser: Browser, outbox: Outbox, clock: Clock
) -> None:
    begun = browser.post(SIGN_UPS, phone_number=NUMBER).ok().body
    for channel in ("sms", "whatsapp"):
        clock.advance(seconds=1)
        form = {"strategy": "phone_code", "channel": channel}
        body = browser.post(f"{SIGN_UPS}/{begun['id']}/prepare_verification", **form).ok().body
        assert body["verifications"]["phone_number"]["channel"] == channel
    assert sent(outbox) == ["sms", "whatsapp"]


def test_number_in_the_profile_is_proved_by_whatsapp(
    backend: Backend, browser: Browser, outbox: Outbox
) -> None:
    backend.create_user(email_address=["ada@example.com"])
    browser.sign_in("ada@example.com", PASSWORD).ok()
    id = browser.post(NUMBERS, phone_number=NUMBER).ok().body["id"]
    form = {"strategy": "phone_code", "channel": "whatsapp"}
    body = browser.post(f"{NUMBERS}/{id}/prepare_verification", **form).ok().body
    assert body["verification"]["channel"] == "whatsapp"
    assert sent(outbox) == ["whatsapp"]
    code = outbox.last_code(NUMBER)
    assert browser.post(f"{NUMBERS}/{id}/attempt_verification", code=code).status == 200


@pytest.mark.parametrize("channel", ["whatsapp", "pigeon"])
def test_channel_that_the_instance_has_not_is_refused_at_every_endpoint(
    instance: Tenant, ada: Any, browser: Browser, outbox: Outbox, channel: str
) -> None:
    instance.update(attributes__phone_number__channels=["sms"])
    form = {"strategy": "phone_code", "channel": channel}
    assert is_refused(browser.post(SIGN_INS, identifier=NUMBER, **form))
    begun = browser.post(SIGN_INS, identifier=NUMBER).ok().body
    assert is_refused(browser.post(f"{SIGN_INS}/{begun['id']}/prepare_first_factor", **form))
    assert is_refused(browser.post(SIGN_UPS, phone_number="+32471234568", **form))
    begun = browser.post(SIGN_UPS, phone_number="+32471234568").ok().body
    assert is_refused(browser.post(f"{SIGN_UPS}/{begun['id']}/prepare_verification", **form))
    session_id = browser.sign_in("ada@example.com").ok().body["created_session_id"]
    id = browser.post(NUMBERS, phone_number="+32471234569").ok().body["id"]
    assert is_refused(browser.post(f"{NUMBERS}/{id}/prepare_verification", **form))
    path = f"/v1/client/sessions/{session_id}/verify"
    browser.post(path, level="first_factor").ok()
    assert is_refused(browser.post(f"{path}/prepare_first_factor", **form))
    assert outbox.rows() == []


def test_instance_without_sms_sends_by_what_it_has(
    instance: Tenant, ada: Any, browser: Browser, outbox: Outbox
) -> None:
    instance.update(attributes__phone_number__channels=["whatsapp"])
    browser.post(SIGN_INS, identifier=NUMBER, strategy="phone_code").ok()
    assert sent(outbox) == ["whatsapp"]


def test_environment_tells_of_channels(instance: Tenant, browser: Browser) -> None:
    instance.update(preferred_channels={"BE": "whatsapp"})
    environment = browser.get("/v1/environment").ok().json
    number = environment["user_settings"]["attributes"]["phone_number"]
    assert number["channels"] == ["sms", "whatsapp"]
    assert environment["auth_config"]["preferred_channels"] == {"BE": "whatsapp"}
    assert "channels" not in environment["user_settings"]["attributes"]["email_address"]


def test_environment_without_the_channel_is_as_documented(
    make_instance: Make,
) -> None:
    environment = make_instance(Settings()).browser().get("/v1/environment").ok().json
    assert "preferred_channels" not in environment["auth_config"]
    assert "channels" not in environment["user_settings"]["attributes"]["phone_number"]
