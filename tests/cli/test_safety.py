"""Contradictory and unsafe set-ups are refused, each in a sentence that says what to do."""

from typing import Any

import pytest
from msgspec.structs import replace

from hallporter.contract.instance import publishable_key_for
from hallporter.contract.settings import (
    Attributes,
    AttributeSettings,
    MailSettings,
    MessageTemplate,
    Settings,
    SignUpSettings,
    SocialSettings,
    UsernameSettings,
)
from hallporter.contract.settings_rules import Subject
from hallporter.features.instances import given_keys
from hallporter.features.settings import safety
from hallporter.features.settings.safety import Listening

SMTP = MailSettings(transport="smtp", host="smtp.example.com")
LOCAL = Subject("default", "clerk.localhost:4100", Settings(test_mode=True))
PUBLIC = Subject("acme", "clerk.example.com", Settings(mail=SMTP))
PRIVATELY = Listening("127.0.0.1", has_tls=False, behind_proxy=False)
OPENLY = Listening("0.0.0.0", has_tls=True, behind_proxy=False)
NUMBERS = Attributes(phone_number=AttributeSettings(enabled=True))
STRONG = "sk_live_tNhnP-zC8fPLZOTIdcSjseCeKbDsmZpeZ0EbYXWT1EA"


def with_settings(subject: Subject, **changes: object) -> Subject:
    return replace(subject, settings=replace(subject.settings, **changes))


def with_mail(subject: Subject, **changes: object) -> Subject:
    return with_settings(subject, mail=replace(subject.settings.mail, **changes))


def with_sms(subject: Subject, **changes: object) -> Subject:
    return with_settings(subject, sms=replace(subject.settings.sms, **changes))


def with_words(subject: Subject, slug: str, **words: str) -> Subject:
    return with_settings(subject, message_templates={slug: MessageTemplate(**words)})


def with_provider(subject: Subject, strategy: str, **settings: Any) -> Subject:
    return with_settings(subject, social={strategy: SocialSettings(**settings)})


def with_wallets(subject: Subject, **changes: object) -> Subject:
    wallet = replace(Attributes().web3_wallet, enabled=True, **changes)
    return with_settings(subject, attributes=Attributes(web3_wallet=wallet))


@pytest.mark.parametrize(
    ("listening", "subject"),
    [
        (PRIVATELY, LOCAL),
        (replace(PRIVATELY, host="localhost"), LOCAL),
        (replace(PRIVATELY, host="::1"), LOCAL),
        (PRIVATELY, replace(LOCAL, has_weak_secret_key=True)),
        (PRIVATELY, with_settings(LOCAL, allowed_origins=["http://dev.example.com:3000"])),
        (PRIVATELY, with_mail(LOCAL, transport="smtp", host="localhost", security="none")),
        (PRIVATELY, with_sms(LOCAL, transport="http", url="http://127.0.0.1:9/sms")),
        (PRIVATELY, with_words(LOCAL, "invitation", heading="Come to {{ app.name }}")),
        (PRIVATELY, with_provider(LOCAL, "oauth_custom_a", discovery_url="http://[::1]/a")),
        (OPENLY, with_provider(PUBLIC, "oauth_custom_a", discovery_url="https://a.example/a")),
        (OPENLY, with_provider(PUBLIC, "oauth_github", base_url="https://git.example")),
        (OPENLY, PUBLIC),
        (OPENLY, with_settings(LOCAL, test_mode=False)),
        (replace(PRIVATELY, behind_proxy=True), PUBLIC),
        (replace(OPENLY, has_tls=False, behind_proxy=True), PUBLIC),
        (OPENLY, with_settings(PUBLIC, allowed_origins=["https://app.example.org"])),
        (PRIVATELY, with_wallets(LOCAL)),
    ],
)
def test_what_is_safe_is_served(listening: Listening, subject: Subject) -> None:
    assert safety.of_serving(listening, [subject]) == []


# How the server is reached, whom it serves, and what is said.
UNSAFE: list[tuple[Listening, Subject, str]] = [
    (OPENLY, LOCAL, "test_mode=false"),
    (OPENLY, replace(LOCAL, has_weak_secret_key=True), "could be guessed"),
    (replace(OPENLY, has_tls=False), PUBLIC, "travel unencrypted: give --tls"),
    (PRIVATELY, PUBLIC, "must be https: give --tls"),
    (OPENLY, with_settings(PUBLIC, test_mode=True), "update acme test_mode=false"),
    (OPENLY, with_mail(PUBLIC, transport="inbox"), "update acme mail.transport=smtp"),
    (OPENLY, replace(PUBLIC, has_weak_secret_key=True), "could be guessed"),
    (PRIVATELY, with_mail(LOCAL, transport="smtp"), "update default mail.host="),
    (OPENLY, with_mail(PUBLIC, security="none", password="x"), "mail.security=starttls"),
    (OPENLY, with_mail(PUBLIC, from_address="Acme <a@acme.example>"), "mail.from_address="),
    (OPENLY, with_mail(PUBLIC, reply_to="help"), "mail.reply_to="),
    (PRIVATELY, with_sms(LOCAL, transport="twilio"), "update default sms.account_sid="),
    (OPENLY, with_settings(PUBLIC, attributes=NUMBERS), "update acme sms.transport=twilio"),
    (PRIVATELY, with_sms(LOCAL, transport="twilio"), "update default sms.from_number="),
    (PRIVATELY, with_sms(LOCAL, transport="http"), "update default sms.url="),
    (PRIVATELY, with_sms(LOCAL, transport="http", url="http://a.example"), "unencrypted"),
    (PRIVATELY, with_words(LOCAL, "verify", heading="a"), "there is no such message"),
    (PRIVATELY, with_words(LOCAL, "invitation", heading="{{ a }}"), "line 1: there is no a"),
    (OPENLY, with_provider(PUBLIC, "oauth_gogle"), "no provider is called that"),
    (OPENLY, with_provider(PUBLIC, "oauth_github", base_url="http://a.example"), "only https"),
    (
        OPENLY,
        with_provider(PUBLIC, "oauth_custom_a", discovery_url="http://127.0.0.1/"),
        "update acme social.oauth_custom_a.discovery_url=https",
    ),
    (OPENLY, with_settings(PUBLIC, allowed_origins=["*"]), "without wildcards"),
    (OPENLY, with_settings(PUBLIC, allowed_origins=["https://*.example.com"]), "wildcards"),
    (OPENLY, with_settings(PUBLIC, allowed_origins=["https://a.example/"]), "without a path"),
    (OPENLY, with_settings(PUBLIC, allowed_origins=["app.example.com"]), "like https://"),
    (OPENLY, with_settings(PUBLIC, allowed_origins=["http://a.example"]), "with https"),
    (
        PRIVATELY,
        with_settings(LOCAL, username=UsernameSettings(min_length=9, max_length=8)),
        "longer than they may be",
    ),
    (
        PRIVATELY,
        with_settings(LOCAL, sign_up=SignUpSettings(legal_consent_enabled=True)),
        "terms that nobody can read",
    ),
    (
        PRIVATELY,
        with_settings(
            LOCAL,
            attributes=Attributes(
                email_address=AttributeSettings(enabled=True, verify_at_sign_up=True)
            ),
        ),
        "no way to do so",
    ),
    (
        PRIVATELY,
        with_settings(
            LOCAL,
            attributes=Attributes(email_address=AttributeSettings(first_factors=["email_pigeon"])),
        ),
        "email_pigeon",
    ),
    (PRIVATELY, with_wallets(LOCAL, first_factors=["web3_pigeon"]), "web3_pigeon"),
    (PRIVATELY, with_wallets(LOCAL, verifications=[]), "no way to prove one"),
    (PRIVATELY, with_wallets(LOCAL, verify_at_sign_up=False), "verify_at_sign_up=true"),
    (
        PRIVATELY,
        with_wallets(LOCAL, first_factors=["web3_solana_signature"]),
        "proves no wallet at sign-up",
    ),
]


@pytest.mark.parametrize(("listening", "subject", "said"), UNSAFE)
def test_what_is_unsafe_is_refused(listening: Listening, subject: Subject, said: str) -> None:
    sentences = safety.of_serving(listening, [subject])
    assert said in " ".join(sentences)
    assert all(sentence.endswith(".") for sentence in sentences)


@pytest.mark.parametrize(
    "secret_key",
    ["changeme", "sk_test_secret", "sk_live_" + "a" * 40, "sk_test_" + "1234567890" * 4],
)
def test_keys_of_few_or_repeated_characters_are_weak(secret_key: str) -> None:
    assert given_keys.is_weak(secret_key)
    assert not given_keys.is_weak(STRONG)


@pytest.mark.parametrize("padding", ["", "="])
def test_a_publishable_key_tells_its_host_padded_or_not(padding: str) -> None:
    key = "pk_test_Y2xlcmsubG9jYWxob3N0OjQyMDAk" if not padding else "pk_live_YS5iYyQ="
    expected = "clerk.localhost:4200" if not padding else "a.bc"
    assert given_keys.host_of_publishable_key(key) == expected


@pytest.mark.parametrize(
    "key",
    [
        "pk_live_",
        "pk_prod_YS5iYyQ",
        "sk_live_YS5iYyQ",
        "pk_live_!!!!",
        "pk_live_YS5iYw",  # a.bc without the $
        "pk_live_bG9jYWxob3N0OjQxMDAk",  # localhost:4100$: no dot
        "pk_live_aHR0cHM6Ly9hLmJjJA",  # https://a.bc$
    ],
)
def test_what_no_sdk_accepts_is_no_publishable_key(key: str) -> None:
    assert given_keys.host_of_publishable_key(key) is None


@pytest.mark.parametrize(
    ("host", "publishable_key", "secret_key", "said"),
    [
        ("localhost:4100", None, None, "a name with a dot"),
        ("clerk.example.com/v1", None, None, "a name with a dot"),
        ("a.bc", "pk_live_x", None, "The publishable key is none"),
        ("a.bc", publishable_key_for("production", "c.de"), None, "is for c.de"),
        ("a.bc", None, "changeme", "begin with sk_live_"),
        ("a.bc", None, "sk_live_changeme", "could be guessed"),
        ("a.bc", publishable_key_for("development", "a.bc"), STRONG, "both as live or both"),
    ],
)
def test_keys_that_contradict_each_other_are_refused(
    host: str, publishable_key: str | None, secret_key: str | None, said: str
) -> None:
    assert said in " ".join(given_keys.wrong_with(host, publishable_key, secret_key))


@pytest.mark.parametrize(
    ("host", "secret_key"), [("clerk.localhost:4100", "sk_live_secret"), ("a.bc", STRONG)]
)
def test_default_keys_are_for_local_instances_only(host: str, secret_key: str) -> None:
    assert list(given_keys.wrong_with(host, None, secret_key)) == []
