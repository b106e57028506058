"""SMS and WhatsApp through a stand-in for Twilio, and posted to an address of the operator's."""

from typing import Literal

import pytest
from structlog.testing import capture_logs

from hallporter.contract.ids import InstanceId
from hallporter.contract.settings import Settings
from hallporter.core.secret import Secret
from hallporter.features.instances import store as instance_store
from hallporter.features.messages import actions as message_actions
from tests.cli.processes import wait_until
from tests.conftest import Make
from tests.endless import ENOUGH_BYTES
from tests.features.messages.sending import written
from tests.features.messages.servers import Carrier
from tests.harness import Clock, Tenant

NUMBER = "+15005550006"
CODE = "482913"
PASSWORD = "canary-auth-token"


@pytest.fixture
def instance(make_instance: Make, twilio: Carrier) -> Tenant:
    """An instance whose SMS leave through Twilio."""
    tenant = make_instance(Settings())
    tenant.update(
        sms__transport="twilio",
        sms__url=twilio.url,
        sms__account_sid="AC123",
        sms__password=PASSWORD,
        sms__from_number="+15005550001",
        display__application_name="Acme",
    )
    return tenant


def send(tenant: Tenant, channel: Literal["sms", "whatsapp"] = "sms") -> None:
    written(
        tenant,
        lambda tx, scope: message_actions.send_sms_code(
            tx, scope, NUMBER, Secret(CODE), channel=channel
        ),
    )


def status(tenant: Tenant) -> str:
    return tenant.outbox().rows()[-1].status


def is_to_be_tried_again(tenant: Tenant) -> bool:
    return status(tenant) == "queued" and tenant.outbox().is_due_in(15)


def test_twilio_gets_the_code_as_its_documents_say(instance: Tenant, twilio: Carrier) -> None:
    send(instance)
    wait_until(lambda: status(instance) == "sent")
    (posted,) = twilio.posted
    assert posted.path == "/2010-04-01/Accounts/AC123/Messages.json"
    assert posted.login == f"AC123:{PASSWORD}"
    assert posted.headers["content-type"] == "application/x-www-form-urlencoded"
    assert posted.form == {
        "To": NUMBER,
        "From": "+15005550001",
        "Body": f"{CODE} is your Acme verification code. Do not share it.",
    }
    assert instance.outbox().rows()[-1].facts_encrypted is None


def test_an_api_key_logs_in_for_the_account(instance: Tenant, twilio: Carrier) -> None:
    instance.update(sms__username="SK1", sms__from_number="MG456")
    send(instance)
    wait_until(lambda: twilio.posted)
    assert twilio.posted[0].login == f"SK1:{PASSWORD}"
    assert twilio.posted[0].form["MessagingServiceSid"] == "MG456"
    assert "From" not in twilio.posted[0].form


def test_whatsapp_takes_an_approved_template(instance: Tenant, twilio: Carrier) -> None:
    instance.update(sms__whatsapp_number="+15005550002", sms__whatsapp_content_sid="HX789")
    send(instance, "whatsapp")
    wait_until(lambda: twilio.posted)
    assert twilio.posted[0].form == {
        "To": f"whatsapp:{NUMBER}",
        "From": "whatsapp:+15005550002",
        "ContentSid": "HX789",
        "ContentVariables": f'{{"1": "{CODE}"}}',
    }


def test_whatsapp_without_a_template_takes_the_text(instance: Tenant, twilio: Carrier) -> None:
    instance.update(sms__whatsapp_number="+15005550002")
    send(instance, "whatsapp")
    wait_until(lambda: twilio.posted)
    assert CODE in twilio.posted[0].form["Body"]


def test_a_wrong_number_is_given_up_and_in_no_log(instance: Tenant, twilio: Carrier) -> None:
    body = {"code": 21211, "message": f"Invalid 'To' Phone Number: {NUMBER}", "status": 400}
    twilio.answers = [(400, body)]
    with capture_logs() as logged:
        send(instance)
        wait_until(lambda: status(instance) == "failed")
    (reason,) = [entry["reason"] for entry in logged if entry["event"] == "job not done"]
    assert reason == "HTTP 400, Twilio error 21211: Invalid 'To' Phone Number: [number]"


def test_the_carriers_password_is_kept_encrypted(instance: Tenant) -> None:
    instance.update(sms__from_number="+15005550009")
    harness = instance.harness
    row = harness.run(instance_store.instance_by_id(harness.open.db, InstanceId(instance.id)))
    assert row is not None
    assert b"+15005550009" in bytes(row.settings)
    assert PASSWORD.encode() not in bytes(row.settings)


@pytest.mark.parametrize("code", [401, 429, 500, 503])
def test_what_may_pass_is_tried_again(
    instance: Tenant, twilio: Carrier, clock: Clock, code: int
) -> None:
    twilio.answers = [(code, {"code": 20429, "message": "Too Many Requests"})]
    send(instance)
    wait_until(lambda: is_to_be_tried_again(instance))
    clock.advance(seconds=17)
    wait_until(lambda: status(instance) == "sent")
    assert len(twilio.posted) == 2


def test_what_twilio_may_have_taken_is_not_sent_twice(instance: Tenant, twilio: Carrier) -> None:
    twilio.answers = [None]
    send(instance)
    wait_until(lambda: status(instance) == "failed")
    assert len(twilio.posted) == 1


@pytest.mark.parametrize("body", [[], "busy", None, 7], ids=str)
def test_an_answer_that_is_not_twilios_says_nothing(
    instance: Tenant, twilio: Carrier, body: object
) -> None:
    twilio.answers = [(503, body)]
    with capture_logs() as logged:
        send(instance)
        wait_until(lambda: is_to_be_tried_again(instance))
    (reason,) = [entry["reason"] for entry in logged if entry["event"] == "job not done"]
    assert reason == "HTTP 503"


@pytest.mark.parametrize(("code", "then"), [(201, "sent"), (400, "failed")])
def test_an_answer_without_end_is_not_read(
    instance: Tenant, twilio: Carrier, code: int, then: str
) -> None:
    twilio.is_endless = True
    twilio.answers = [(code, {"code": 21211, "message": "no"})]
    send(instance)
    wait_until(lambda: status(instance) == then)
    # What the kernel holds between the two, and no more.
    assert twilio.sent < ENOUGH_BYTES


def test_nobody_there_is_tried_again(instance: Tenant) -> None:
    instance.update(sms__url="http://127.0.0.1:9")
    send(instance)
    wait_until(lambda: is_to_be_tried_again(instance))


@pytest.fixture
def own(make_instance: Make, twilio: Carrier) -> Tenant:
    """An instance whose SMS are posted to the operator."""
    tenant = make_instance(Settings())
    tenant.update(sms__transport="http", sms__url=f"{twilio.url}/sms", sms__password=PASSWORD)
    return tenant


def test_an_operator_gets_what_clerks_event_holds(own: Tenant, twilio: Carrier) -> None:
    own.update(sms__from_number="+15005550001")
    send(own)
    wait_until(lambda: status(own) == "sent")
    (posted,) = twilio.posted
    id = own.outbox().rows()[-1].id
    assert posted.path == "/sms"
    assert posted.headers["authorization"] == f"Bearer {PASSWORD}"
    assert posted.headers["idempotency-key"] == id
    assert posted.json == {
        "object": "sms_message",
        "id": id,
        "channel": "sms",
        "slug": "verification_code",
        "from_phone_number": "+15005550001",
        "to_phone_number": NUMBER,
        "message": f"{CODE} is your hallporter verification code. Do not share it.",
        "data": {"otp_code": CODE},
    }


def test_a_user_makes_it_basic_authentication(own: Tenant, twilio: Carrier) -> None:
    own.update(sms__username="me")
    send(own)
    wait_until(lambda: twilio.posted)
    assert twilio.posted[0].login == f"me:{PASSWORD}"


def test_an_operator_can_tell_a_repetition(own: Tenant, twilio: Carrier, clock: Clock) -> None:
    twilio.answers = [None]
    send(own)
    wait_until(lambda: is_to_be_tried_again(own))
    clock.advance(seconds=17)
    wait_until(lambda: status(own) == "sent")
    first, second = twilio.posted
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


def test_redirects_are_not_followed(own: Tenant, twilio: Carrier) -> None:
    twilio.answers = [(307, {})]
    send(own)
    wait_until(lambda: status(own) == "failed")
    assert len(twilio.posted) == 1
