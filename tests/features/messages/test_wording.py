"""The words of messages: ours for every kind, an instance's own, and what those may not hold."""

import re
from pathlib import Path
from typing import Any

import pytest

from hallporter.contract.settings import DisplaySettings, MessageTemplate, Settings
from hallporter.core.operator_error import OperatorError
from hallporter.core.secret import Secret
from hallporter.features.messages import actions as message_actions
from hallporter.features.messages import rendering, wording
from hallporter.features.messages.devices import device_of
from hallporter.features.messages.kinds import KINDS
from tests.cli.processes import wait_until
from tests.features.messages.sending import written
from tests.harness import Browser, Reply, Tenant

ADDRESS = "ada@example.com"
FACTS: dict[str, Any] = {
    "otp_code": "482913",
    "magic_link": "https://clerk.acme.example/v1/verify?token=a&b=c",
    "action_url": "https://clerk.acme.example/v1/tickets/accept?ticket=a&b=c",
    "inviter_name": "Grace",
    "expires_in_days": 30,
    "passkey_name": "Ada's phone",
    "new_email_address": "lovelace@example.com",
    "failed_attempts": 10,
    "lockout_duration": "60 minutes",
    "unlock_time": 1_795_420_800_000,
    "sign_in_method": "Password",
    "revoke_session_url": "https://clerk.acme.example/v1/revoke?token=a&b=c",
}


@pytest.fixture
def instance(make_instance: Any) -> Tenant:
    """An instance with a name that is markup."""
    return make_instance(
        Settings(display=DisplaySettings(application_name="A <b>&</b> B", support_email="help@a.b"))
    )


def inbox(tenant: Tenant) -> list[Any]:
    with tenant.browser(origin=None) as other:
        headers = {"Accept": "application/json"}
        return other.request("GET", "/inbox", headers=headers).ok().json


def page(tenant: Tenant, id: str) -> Reply:
    with tenant.browser(origin=None) as other:
        return other.get(f"/inbox/{id}").ok()


def variables_of(slug: str, *, with_optional: bool) -> dict[str, Any]:
    kind = KINDS[slug]
    names = kind.facts | kind.optional if with_optional else kind.facts
    return {name: FACTS[name] for name in names}


def queue(tenant: Tenant, slug: Any, facts: dict[str, Any]) -> None:
    secret = Secret(facts.get("otp_code") or facts.get("magic_link") or "")
    if "otp_code" in facts:
        written(tenant, lambda tx, s: message_actions.send_code(tx, s, ADDRESS, secret, slug=slug))
    elif "magic_link" in facts:
        written(tenant, lambda tx, s: message_actions.send_link(tx, s, ADDRESS, secret, slug=slug))
    else:
        written(tenant, lambda tx, s: message_actions.send_notice(tx, s, slug, ADDRESS, **facts))


@pytest.mark.parametrize("with_optional", [True, False])
def test_every_kind_is_a_mail_with_its_facts(instance: Tenant, with_optional: bool) -> None:
    for slug in KINDS:
        queue(instance, slug, variables_of(slug, with_optional=with_optional))
    mails = inbox(instance)
    assert {mail["slug"] for mail in mails} == KINDS.keys()
    for mail in mails:
        html, required = page(instance, mail["id"]).text, KINDS[mail["slug"]].required
        assert mail["to"] == ADDRESS
        assert "A <b>&</b> B" in mail["subject"] + mail["body"]
        assert "{{" not in mail["subject"] + mail["body"] + html
        assert "None" not in mail["subject"] + mail["body"]
        if required is not None:
            assert FACTS[required] in mail["body"]
            assert FACTS[required].replace("&", "&amp;") in html
        # What anybody may have chosen is text and no markup.
        assert "<b>" not in html
        assert "A &lt;b&gt;&amp;&lt;/b&gt; B" in html
        assert re.search(r"<html[^>]* lang=\"en\"", html)
        assert html.count("<h1>") == 1
        # Nothing is fetched from anywhere: nobody learns that it was read.
        assert "@import" not in html
        assert "<link" not in html
        assert " src=" not in html


def test_the_kinds_are_those_with_words() -> None:
    assert [slug for slug in KINDS if wording.words_of(slug).subject is None] == []
    assert [
        slug for slug in KINDS if (wording.words_of(slug).sms is None) == KINDS[slug].has_sms
    ] == []


@pytest.mark.parametrize("slug", KINDS)
def test_our_own_words_pass_what_others_must(slug: str) -> None:
    words = wording.words_of(slug)
    assert rendering.wrong_with(slug, words) == []


def test_a_fact_that_is_missing_or_unknown_is_a_bug(instance: Tenant) -> None:
    for facts in ({}, {"passkey_name": "a", "colour": "red"}):
        with pytest.raises(TypeError):
            queue(instance, "passkey_added", facts)


def test_an_instance_has_its_own_words(instance: Tenant) -> None:
    name = "message_templates__verification_code__"
    instance.update(
        **{
            f"{name}subject": "Dein Code: {{ otp_code }}",
            f"{name}before": "Bitte eingeben.\n\nBald{% if ttl_minutes > 5 %}, aber nicht "
            "sofort{% endif %}.",
            f"{name}sms": "{{ app.name | upper }}: {{ otp_code }}",
        }
    )
    queue(instance, "verification_code", variables_of("verification_code", with_optional=True))
    written(
        instance,
        lambda tx, scope: message_actions.send_sms_code(
            tx, scope, "+15005550006", Secret("482913")
        ),
    )
    mail = next(each for each in inbox(instance) if each["channel"] == "email")
    text = next(each for each in inbox(instance) if each["channel"] == "sms")
    assert mail["subject"] == "Dein Code: 482913"
    assert "Bitte eingeben.\n\nBald, aber nicht sofort.\n\n482913" in mail["body"]
    # What it has no words for is said in ours.
    assert mail["body"].startswith("Verification code\n")
    assert text["body"] == "A <B>&</B> B: 482913"
    assert text["code"] == "482913"


@pytest.mark.parametrize(
    "body",
    [
        "<p>Code <b>{{ otp_code }}</b> for {{ app.name }}</p>",
        "<mjml><mj-body><mj-section><mj-column><mj-text>"
        "Code <b>{{ otp_code }}</b> for {{ app.name }}"
        "</mj-text></mj-column></mj-section></mj-body></mjml>",
    ],
)
def test_a_mail_may_look_altogether_different(instance: Tenant, body: str) -> None:
    instance.update(message_templates__verification_code__body=body)
    queue(instance, "verification_code", variables_of("verification_code", with_optional=True))
    (mail,) = inbox(instance)
    html = page(instance, mail["id"]).text
    assert "Code <b>482913</b> for A &lt;b&gt;&amp;&lt;/b&gt; B" in html
    assert "mj-" not in html.replace("mj-column-per-100", "").replace("mj-outlook-group-fix", "")
    assert "482913" in mail["body"]


def test_a_name_with_a_line_break_makes_no_header(instance: Tenant) -> None:
    with pytest.raises(OperatorError, match="application_name: expected one line"):
        instance.update(display__application_name="A\r\nBcc: everybody@example.com")
    subject = "Changed\r\nBcc: everybody@example.com"
    instance.update(message_templates__password_changed__subject=subject)
    queue(instance, "password_changed", {})
    (mail,) = inbox(instance)
    assert mail["subject"] == "Changed Bcc: everybody@example.com"


def test_words_that_fail_when_it_matters_give_way_to_ours(instance: Tenant) -> None:
    # Stored by a release that had the variable.
    instance.update(message_templates__verification_code__subject="{{ gone }}")
    queue(instance, "verification_code", variables_of("verification_code", with_optional=True))
    wait_until(lambda: instance.outbox().rows()[-1].status == "sent")
    (mail,) = inbox(instance)
    assert mail["subject"].startswith("482913 is your")


WRONG = {
    "line 2: there is no otp_cde": "Hello\n{{ otp_cde }}",
    "line 1: there is no app.nam": "{{ app.nam }}",
    "line 1: unexpected '}'": "{{ otp_code }",
    "line 3: Encountered unknown tag 'fi'": "{% if otp_code %}\n\n{% fi %}",
    "line 1: there is no filter attr": "{{ otp_code | attr('x') }}",
    "line 1: there is no otp_code.__class__": "{{ otp_code.__class__ }}",
    "line 1: Call is not possible here": "{{ otp_code() }}",
    "line 1: Getitem is not possible here": "{{ app['name'] }}",
    "line 1: For is not possible here": "{% for a in otp_code %}{% endfor %}",
    "line 1: Mul is not possible here": "{{ otp_code * 1000000000 }}",
    "line 1: AssignBlock is not possible here": "{% set a %}{{ a }}{% endset %}",
    "line 1: Include is not possible here": "{% include 'layout.mjml' %}",
    "it is longer than": "a" * 100_001,
}


@pytest.mark.parametrize("message", WRONG)
def test_words_that_could_not_be_rendered_are_refused(message: str) -> None:
    own = MessageTemplate(subject=WRONG[message])
    (sentence,) = rendering.wrong_with("verification_code", own)
    assert sentence.startswith(f"message_templates.verification_code.subject: {message}")


def test_a_whole_mail_or_sms_without_its_code_is_refused() -> None:
    for own in (MessageTemplate(body="<p>Hello</p>"), MessageTemplate(sms="Hello")):
        (sentence,) = rendering.wrong_with("verification_code", own)
        assert sentence.endswith("it does not hold {{ otp_code }}, which it is sent for.")


def test_what_is_not_mjml_is_refused() -> None:
    own = MessageTemplate(body="<mjml><mj-body>{{ otp_code }}")
    (sentence,) = rendering.wrong_with("verification_code", own)
    assert "not MJML" in sentence


def test_no_notice_is_an_sms() -> None:
    (sentence,) = rendering.wrong_with("password_changed", MessageTemplate(sms="Hello"))
    assert sentence.endswith("this kind is not sent as an SMS.")


def test_devices_have_names() -> None:
    mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/128.0.0.0 Safari/537.36"
    assert str(device_of(mac)) == "Chrome, macOS"
    assert str(device_of(f"{mac} Edg/128.0")) == "Edge, macOS"
    assert (
        str(device_of("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17 Safari/605"))
        == "Safari, iOS"
    )
    assert str(device_of("acme/1.0")) == "an app"


def test_every_variable_is_documented() -> None:
    text = (Path(__file__).parents[3] / "docs/operating/messages.md").read_text()
    for slug in KINDS:
        assert f"`{slug}`" in text
        for name in wording.available_to(slug):
            assert f"`{name}`" in text


def test_messages_of_the_inbox_are_of_no_other_instance(instance: Tenant, browser: Browser) -> None:
    queue(instance, "password_changed", {})
    (mail,) = inbox(instance)
    other = instance.harness.make_instance()
    with other.browser(origin=None) as anonymous:
        assert anonymous.get(f"/inbox/{mail['id']}").status == 404
