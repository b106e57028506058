"""Mail over a real SMTP server: what it looks like, when it leaves, and when not any more."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
import trustme

from hallporter.contract.ids import InstanceId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import MailSettings
from hallporter.core.background_tasks import BackgroundTasks
from hallporter.core.database import Write
from hallporter.core.ending import end_process
from hallporter.core.jobs import store
from hallporter.core.jobs.queue import Queue
from hallporter.core.secret import Secret
from hallporter.delivery import mail
from hallporter.delivery.failure import NotSentError
from hallporter.delivery.mail import Mail
from hallporter.features.instances import store as instance_store
from hallporter.features.messages import actions as message_actions
from hallporter.features.messages.actions import DELIVER
from hallporter.main import job_kinds
from tests.cli.processes import wait_until
from tests.conftest import Make
from tests.features.messages.sending import written
from tests.features.messages.servers import (
    LOGIN,
    PASSWORD,
    MailServer,
    mail_server,
)
from tests.harness import Backend, Browser, Clock, Outbox, Tenant

ADDRESS = "ada@example.com"
BUSY = "451 come back later"
# What the first release wrote, which had no jobs, and what it would send.
QUEUE_AS_BEFORE = """
    with queued as (
        insert into messages (id, instance_id, channel, slug, recipient, facts_encrypted, status,
            next_attempt_at, created_at)
        select id || 'b', instance_id, channel, slug, recipient, facts_encrypted, 'queued', $2, $2
        from messages where instance_id = $1
    )
    select 1
"""
DUE_AS_BEFORE = """
    select count(*) from messages
    where instance_id = $1 and status = 'queued' and next_attempt_at <= $2
"""


def begin(browser: Browser, address: str = ADDRESS) -> str:
    """Begin a sign-up, and return where it goes on."""
    begun = browser.post("/v1/client/sign_ups", email_address=address, password="long enough 1")
    return f"/v1/client/sign_ups/{begun.ok().body['id']}"


def ask_for_code(browser: Browser, address: str = ADDRESS) -> str:
    path = begin(browser, address)
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    return path


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return found.get_content().replace("\r\n", "\n")


def decoded(words: str) -> str:
    """Read encoded words (RFC 2047 §6.2); in a name, `email.policy` puts spaces between two."""
    return str(make_header(decode_header(words)))


def status(outbox: Outbox) -> str:
    return outbox.rows()[-1].status


def test_a_code_arrives_as_text_and_as_html(
    browser: Browser, smtp: MailServer, outbox: Outbox
) -> None:
    path = ask_for_code(browser)
    wait_until(lambda: smtp.mails)
    mail = smtp.mails[0]
    code = mail["Subject"][:6]
    assert mail["From"] == "Acme <no-reply@acme.example>"
    assert mail["To"] == ADDRESS
    assert mail["Subject"] == f"{code} is your Acme verification code"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] is not None
    assert mail.get_content_type() == "multipart/alternative"
    assert f"\n\n{code}\n\n" in part(mail, "plain")
    assert f">{code}</div>" in part(mail, "html")
    assert "10 minutes" in part(mail, "plain")
    done = browser.post(f"{path}/attempt_verification", strategy="email_code", code=code)
    assert done.ok().body["status"] == "complete"


def test_what_goes_to_a_test_address_stays_here_in_test_mode_alone(
    instance: Tenant, backend: Backend, smtp: MailServer, outbox: Outbox
) -> None:
    instance.update(test_mode=True)
    address = "ada+clerk_test@example.com"
    backend.post("/v1/invitations", email_address=address).ok()
    wait_until(lambda: status(outbox) == "sent")
    assert smtp.mails == []
    instance.update(test_mode=False)
    backend.post("/v1/invitations", email_address=address, ignore_existing=True).ok()
    wait_until(lambda: smtp.mails)


def test_nothing_of_what_a_mail_said_is_kept_once_it_has_left(
    browser: Browser, smtp: MailServer, outbox: Outbox
) -> None:
    ask_for_code(browser)
    wait_until(lambda: status(outbox) == "sent")
    row = outbox.rows()[-1]
    assert row.facts_encrypted is None
    assert row.sent_at is not None


def test_while_it_waits_the_database_holds_no_code(
    browser: Browser, smtp: MailServer, outbox: Outbox
) -> None:
    smtp.answers = [BUSY]
    ask_for_code(browser)
    assert outbox.last_code(ADDRESS) not in repr(outbox.rows())
    # Who is still delivering would reach a server that is gone.
    wait_until(lambda: outbox.is_due_in(15))


@pytest.mark.parametrize("address", ["ada@example.com", "o'hara+{news}@corp.test", "ada@localhost"])
def test_a_mail_goes_to_the_address_that_was_checked(
    browser: Browser, smtp: MailServer, address: str
) -> None:
    ask_for_code(browser, address)
    wait_until(lambda: smtp.mails)
    assert smtp.envelopes == [("no-reply@acme.example", [address])]
    assert [each.addr_spec for each in smtp.mails[0]["To"].addresses] == [address]


@pytest.mark.parametrize("address", ["ada=?x@example.com", "ada@example.com, b@example.com", "a b"])
def test_what_can_be_misread_is_not_sent(smtp: MailServer, address: str) -> None:
    settings = MailSettings(transport="smtp", host="127.0.0.1", port=smtp.port, security="none")
    written = Mail(
        sender="Acme",
        to=address,
        subject="Hello",
        text="Hello",
        html=None,
        message_id="msg_1",
        created_at=0,
    )
    with pytest.raises(NotSentError) as refused:
        asyncio.run(mail.send(settings, "", written))
    assert refused.value.is_permanent
    assert address not in str(refused.value)
    assert smtp.offers == 0


@pytest.mark.parametrize(
    "name",
    [
        "Acme, Inc.",
        "Acme, Inc. and all of its many friends, relations and subsidiaries in the whole world",
        "Ärger & Söhne, Schlüsseldienst, Türöffnungen und alles, was sonst noch dazugehört, Köln",
        'Who says "no", and (maybe) means it; for a long time, and with many more words than fit',
        "=?utf-8?q?Acme?=",
    ],
)
def test_the_senders_name_arrives_as_it_is(
    instance: Tenant, browser: Browser, smtp: MailServer, name: str
) -> None:
    instance.update(display__application_name=name)
    ask_for_code(browser)
    wait_until(lambda: smtp.mails)
    written = dict(smtp.mails[0].raw_items())
    [(shown, address)] = getaddresses([written["From"]])
    assert (decoded(shown), address) == (name, "no-reply@acme.example")
    assert decoded(written["Subject"]).endswith(f" is your {name} verification code")
    assert smtp.envelopes == [("no-reply@acme.example", [ADDRESS])]


def test_a_login_is_used_and_kept_encrypted(
    instance: Tenant, browser: Browser, smtp: MailServer
) -> None:
    instance.update(mail__username=LOGIN, mail__password=PASSWORD)
    instance.update(mail__reply_to="help@acme.example")
    ask_for_code(browser)
    wait_until(lambda: smtp.mails)
    assert smtp.logins == [(LOGIN, PASSWORD)]
    assert smtp.mails[0]["Reply-To"] == "help@acme.example"
    harness = instance.harness
    row = harness.run(instance_store.instance_by_id(harness.open.db, InstanceId(instance.id)))
    assert row is not None
    assert PASSWORD.encode() not in bytes(row.settings)


def test_what_a_busy_server_refuses_is_sent_again_as_the_same_mail(
    browser: Browser, smtp: MailServer, outbox: Outbox, clock: Clock
) -> None:
    smtp.answers = [BUSY]
    ask_for_code(browser)
    wait_until(lambda: outbox.is_due_in(15))
    assert smtp.mails == []
    clock.advance(seconds=17)
    wait_until(lambda: status(outbox) == "sent")
    assert [mail["Message-ID"] for mail in smtp.mails] == [f"<{outbox.rows()[-1].id}@acme.example>"]


def test_pauses_grow_with_every_attempt(
    browser: Browser, smtp: MailServer, outbox: Outbox, clock: Clock
) -> None:
    smtp.answers = [BUSY] * 4
    ask_for_code(browser)
    for seconds in (15, 30, 60, 120):
        wait_until(lambda seconds=seconds: outbox.is_due_in(seconds))
        clock.advance(seconds=seconds * 1.1)
    wait_until(lambda: status(outbox) == "sent")
    assert smtp.offers == 5
    assert outbox.job() is None


def test_what_is_refused_for_good_is_not_tried_again(
    browser: Browser, smtp: MailServer, outbox: Outbox, clock: Clock
) -> None:
    smtp.answers = ["550 no such mailbox"]
    ask_for_code(browser)
    wait_until(lambda: status(outbox) == "failed")
    assert outbox.rows()[-1].facts_encrypted is None
    clock.advance(minutes=5)
    ask_for_code(browser, "grace@example.com")
    wait_until(lambda: smtp.mails)
    assert smtp.offers == 2


def test_a_wrong_login_waits_for_the_operator(
    instance: Tenant, browser: Browser, smtp: MailServer, outbox: Outbox, clock: Clock
) -> None:
    instance.update(mail__username=LOGIN, mail__password="not this")
    ask_for_code(browser)
    wait_until(lambda: outbox.is_due_in(15))
    instance.update(mail__password=PASSWORD)
    clock.advance(seconds=17)
    wait_until(lambda: smtp.mails)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """The port of a mail server that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:
        yield listening.getsockname()[1]


def test_mail_servers_that_never_answer_hold_up_nobody_else(
    make_instance: Make, silent_port: int, browser: Browser, smtp: MailServer
) -> None:
    async def send_many(tx: Write, scope: Scope) -> None:
        for number in range(12):
            await message_actions.send_code(tx, scope, f"{number}@example.com", Secret("123456"))

    for _ in range(5):
        stuck = make_instance()
        stuck.update(
            mail__transport="smtp",
            mail__host="127.0.0.1",
            mail__port=silent_port,
            mail__security="none",
            mail__from_address="no-reply@acme.example",
        )
        written(stuck, send_many)
    for number in range(3):
        ask_for_code(browser, f"ada{number}@example.com")
        # Much sooner than any of the others is given up.
        wait_until(lambda sent=number + 1: len(smtp.mails) == sent, seconds=5)


def test_a_code_that_was_used_is_not_sent_any_more(
    browser: Browser, smtp: MailServer, outbox: Outbox, clock: Clock
) -> None:
    smtp.answers = [BUSY]
    path = ask_for_code(browser)
    wait_until(lambda: outbox.is_due_in(15))
    code = outbox.last_code(ADDRESS)
    browser.post(f"{path}/attempt_verification", strategy="email_code", code=code).ok()
    clock.advance(seconds=17)
    wait_until(lambda: status(outbox) == "dropped")
    assert smtp.offers == 1
    assert outbox.rows()[-1].facts_encrypted is None


def test_of_two_codes_that_wait_only_the_newer_is_sent(
    browser: Browser, smtp: MailServer, outbox: Outbox, clock: Clock
) -> None:
    smtp.answers = [BUSY]
    path = ask_for_code(browser)
    wait_until(lambda: outbox.is_due_in(15, place=0))
    clock.advance(seconds=10)
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    wait_until(lambda: status(outbox) == "sent")
    clock.advance(seconds=10)
    wait_until(lambda: outbox.rows()[0].status == "dropped")
    assert len(smtp.mails) == 1
    code = smtp.mails[0]["Subject"][:6]
    done = browser.post(f"{path}/attempt_verification", strategy="email_code", code=code)
    assert done.ok().body["status"] == "complete"


def test_a_code_that_has_expired_is_not_sent(
    browser: Browser, smtp: MailServer, outbox: Outbox, clock: Clock
) -> None:
    smtp.answers = [BUSY]
    ask_for_code(browser)
    wait_until(lambda: outbox.is_due_in(15))
    clock.advance(minutes=10)
    wait_until(lambda: status(outbox) == "dropped")
    assert smtp.offers == 1


def test_two_who_deliver_never_send_the_same(
    instance: Tenant, browser: Browser, smtp: MailServer, outbox: Outbox
) -> None:
    harness = instance.harness
    opened = harness.open

    async def deliver() -> BackgroundTasks:
        kinds = job_kinds(opened.db, opened.box, harness.clock, harness.server.directory)
        tasks = BackgroundTasks(end_process)
        tasks.repeat(
            "jobs of the other", Queue(opened.db, harness.clock, kinds).do_due, every_seconds=0
        )
        return tasks

    beside = harness.run(deliver())
    try:
        addresses = {f"ada{number}@example.com" for number in range(12)}
        for address in addresses:
            ask_for_code(browser, address)
        wait_until(lambda: all(row.status == "sent" for row in outbox.rows()))
    finally:
        harness.run(beside.close())
    assert sorted(mail["To"] for mail in smtp.mails) == sorted(addresses)


def test_what_a_dead_server_had_claimed_is_sent_by_another(
    instance: Tenant, browser: Browser, smtp: MailServer, outbox: Outbox, clock: Clock
) -> None:
    harness = instance.harness
    smtp.answers = [BUSY]
    ask_for_code(browser)
    wait_until(lambda: outbox.is_due_in(15))

    async def claim_and_die() -> None:
        later = clock.now() + 17_000
        await store.claim(harness.open.db, later, [DELIVER], [45_000], [50])

    harness.run(claim_and_die())
    clock.advance(seconds=30)
    ask_for_code(browser, "grace@example.com")
    wait_until(lambda: smtp.mails)
    assert [mail["To"] for mail in smtp.mails] == ["grace@example.com"]
    clock.advance(seconds=33)
    wait_until(lambda: len(smtp.mails) == 2)
    assert smtp.mails[1]["To"] == ADDRESS


def test_what_the_release_before_has_queued_leaves_once(
    instance: Tenant, browser: Browser, smtp: MailServer, outbox: Outbox, clock: Clock
) -> None:
    smtp.answers = [BUSY]
    ask_for_code(browser)
    wait_until(lambda: outbox.is_due_in(15))
    harness = instance.harness
    harness.run(harness.open.db.value(QUEUE_AS_BEFORE, instance.id, clock.now()))
    clock.advance(seconds=17)
    harness.hurry("adopt messages")
    wait_until(lambda: [row.status for row in outbox.rows()] == ["sent", "sent"])
    clock.advance(minutes=2)
    harness.hurry("adopt messages")
    ask_for_code(browser, "grace@example.com")
    wait_until(lambda: len(smtp.mails) == 3)
    assert [mail["To"] for mail in smtp.mails] == [ADDRESS, ADDRESS, "grace@example.com"]
    assert harness.run(harness.open.db.value(DUE_AS_BEFORE, instance.id, clock.now())) == 0


def test_a_reset_has_words_of_its_own(instance: Tenant, browser: Browser, smtp: MailServer) -> None:
    with instance.backend() as backend:
        backend.create_user(email_address=[ADDRESS])
    begun = browser.post("/v1/client/sign_ins", identifier=ADDRESS).ok()
    path = f"/v1/client/sign_ins/{begun.body['id']}/prepare_first_factor"
    browser.post(path, strategy="reset_password_email_code").ok()
    wait_until(lambda: smtp.mails)
    assert smtp.mails[0]["Subject"].endswith("is your Acme password reset code")
    assert "your password stays as it is" in part(smtp.mails[0], "plain").replace("\n", " ")


@pytest.fixture
def untrusted() -> Iterator[MailServer]:
    """A mail server with a certificate of nobody's."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)  # type: ignore[reportUnknownMemberType]
    with mail_server(tls_context=context) as server:
        yield server


def refused(make_instance: Make, port: int) -> tuple[Outbox, Clock]:
    tenant = make_instance()
    tenant.update(
        mail__transport="smtp",
        mail__host="127.0.0.1",
        mail__port=port,
        mail__username=LOGIN,
        mail__password=PASSWORD,
    )
    with tenant.browser() as browser:
        ask_for_code(browser)
    outbox, clock = tenant.outbox(), tenant.harness.clock
    wait_until(lambda: outbox.is_due_in(15))
    return outbox, clock


def test_a_server_without_starttls_gets_neither_password_nor_mail(
    make_instance: Make, smtp: MailServer
) -> None:
    refused(make_instance, smtp.port)
    assert (smtp.logins, smtp.offers) == ([], 0)


def test_a_server_with_a_certificate_of_nobodys_gets_neither_password_nor_mail(
    make_instance: Make, untrusted: MailServer
) -> None:
    refused(make_instance, untrusted.port)
    assert (untrusted.logins, untrusted.offers) == ([], 0)
