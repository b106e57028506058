"""Case 49: words of messages are data too, and what users choose stays text in them."""

import pytest

from hallporter.contract.settings import MessageTemplate
from hallporter.core.secret import Secret
from hallporter.features.messages import actions as message_actions
from hallporter.features.messages import rendering
from tests.features.messages.sending import written
from tests.harness import Browser, Tenant

ADDRESS = "ada@example.com"


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ app.__init__.__globals__ }}",
        "{{ otp_code.format.__self__ }}",
        "{{ otp_code['format'] }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ lipsum.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ otp_code | attr('__class__') }}",
        "{{ otp_code | map(attribute='__class__') }}",
        "{{ ['a'] | map('upper') }}",
        "{{ otp_code ~ otp_code }}",
        "{{ 9 ** 999999999 }}",
        "{{ 'a' * 999999999 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ range(999999999) }}",
        "{% for a in range(999999999) %}{% endfor %}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% set a %}{{ app.name }}{% endset %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% extends 'layout.mjml' %}",
        "{% filter upper %}{{ otp_code }}{% endfilter %}",
        "{{ message.verification_id }}",
        "{{ instance.signing_keys }}",
        "{{ settings.mail.password }}",
    ],
)
def test_case_49_words_reach_nothing_but_their_variables(source: str) -> None:
    for own in (MessageTemplate(subject=source), MessageTemplate(body=source + "{{ otp_code }}")):
        assert len(rendering.wrong_with("verification_code", own)) == 1


@pytest.mark.parametrize("path", ["/etc/passwd", "layout.mjml", "http://127.0.0.1:9/x.mjml"])
def test_case_49_mjml_includes_nothing(path: str) -> None:
    body = f'<mjml><mj-body><mj-include path="{path}" />{{{{ otp_code }}}}</mj-body></mjml>'
    (sentence,) = rendering.wrong_with("verification_code", MessageTemplate(body=body))
    assert "not MJML" in sentence


HOSTILE = (
    "</mj-text><mj-raw><script>alert(1)</script></mj-raw>"
    '<mj-include path="/etc/passwd" />{{ app.name }}{% if %}"><img src=x onerror=alert(1)>'
)


def mail_about(tenant: Tenant, other: Browser, name: str) -> tuple[str, str, str]:
    """Return subject, text and HTML of a mail about a passkey with a name."""
    written(
        tenant,
        lambda tx, scope: message_actions.send_notice(
            tx, scope, "passkey_added", ADDRESS, passkey_name=name
        ),
    )
    headers = {"Accept": "application/json"}
    (mail,) = other.request("GET", "/inbox", headers=headers).ok().json
    return mail["subject"], mail["body"], other.get(f"/inbox/{mail['id']}").ok().text


def test_case_49_what_a_user_chose_is_text(instance: Tenant, browser: Browser) -> None:
    del browser.http.headers["Origin"]
    _, text, html = mail_about(instance, browser, HOSTILE)
    assert "{{ app.name }}{% if %}" in " ".join(text.split())
    assert "<script" not in html
    assert "<img" not in html
    assert "root:" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_case_49_what_a_user_chose_makes_no_header(instance: Tenant, browser: Browser) -> None:
    del browser.http.headers["Origin"]
    path = "message_templates__passkey_added__subject"
    instance.update(**{path: "{{ passkey_name }}"})
    subject, _, _ = mail_about(instance, browser, "a\r\nBcc: everybody@example.com\u2028b\x00")
    assert subject.isprintable()


def test_case_49_a_mail_in_the_inbox_runs_nothing(instance: Tenant, browser: Browser) -> None:
    del browser.http.headers["Origin"]
    instance.update(message_templates__verification_code__body="<script>1</script>{{ otp_code }}")
    written(
        instance, lambda tx, scope: message_actions.send_code(tx, scope, ADDRESS, Secret("482913"))
    )
    headers = {"Accept": "application/json"}
    (mail,) = browser.request("GET", "/inbox", headers=headers).ok().json
    shown = browser.get(f"/inbox/{mail['id']}").ok()
    policy = shown.headers["content-security-policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert not any(each.startswith("script-src") for each in policy)
    assert shown.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"X-Forwarded-For": "203.0.113.7"}])
def test_case_49_a_mail_in_the_inbox_is_for_this_machine(
    instance: Tenant, browser: Browser, headers: dict[str, str]
) -> None:
    del browser.http.headers["Origin"]
    written(
        instance,
        lambda tx, scope: message_actions.send_notice(tx, scope, "password_changed", ADDRESS),
    )
    id = instance.outbox().rows()[0].id
    path = f"/~{instance.slug}/inbox/{id}"
    assert browser.request("GET", path, headers={"Host": "localhost:4100"}).status == 200
    assert browser.request("GET", path, headers={"Host": "localhost:4100", **headers}).status == 404
