"""What is contradictory or unsafe about instances, as sentences that say what to do."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from hallporter.contract.hosts import hostname, is_local, is_loopback
from hallporter.contract.settings import MailSettings, Settings
from hallporter.delivery.mail_headers import is_mailbox
from hallporter.delivery.oauth.addresses import is_allowed
from hallporter.delivery.oauth.providers import CUSTOM_PREFIX, PROVIDERS
from hallporter.features.instances import contradictions
from hallporter.features.messages.kinds import KINDS
from hallporter.features.web3_wallets.kinds import CHAINS

_BY_CODE = """'attributes.email_address.verifications=["email_code"]'"""
_BY_METAMASK = """'attributes.web3_wallet.verifications=["web3_metamask_signature"]'"""
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


class Subject(msgspec.Struct, frozen=True):
    """What the rules look at in an instance."""

    slug: str
    frontend_host: str
    settings: Settings
    has_weak_secret_key: bool = False

    @property
    def is_local(self) -> bool:
        """Whether the instance lives on this machine only."""
        return is_local(self.frontend_host)


class Listening(msgspec.Struct, frozen=True):
    """How the server can be reached."""

    host: str
    has_tls: bool
    behind_proxy: bool

    @property
    def is_private(self) -> bool:
        """Whether only this machine can connect."""
        return is_loopback(self.host)

    @property
    def is_exposed(self) -> bool:
        """Whether what other machines send can arrive."""
        return self.behind_proxy or not self.is_private

    @property
    def is_encrypted(self) -> bool:
        """Whether what comes from outside came over TLS."""
        return self.has_tls or self.behind_proxy


def of_instance(subject: Subject) -> list[str]:
    """Return what is wrong with an instance wherever it is served."""
    public = [] if subject.is_local else list(_public(subject))
    return [
        *public,
        *_mail(subject),
        *_sms(subject),
        *_social(subject),
        *_templates(subject),
        *_sign_up(subject),
        *_wallets(subject),
        *_contradictions(subject),
        *_origins(subject),
        *_satellites(subject),
    ]


def of_serving(listening: Listening, subjects: list[Subject]) -> list[str]:
    """Return what is wrong with serving these instances this way."""
    found = [sentence for subject in subjects for sentence in of_instance(subject)]
    if listening.is_exposed:
        found += _exposed(listening, subjects)
    if not listening.is_encrypted:
        found += [
            f"Instance {subject.slug} belongs to {subject.frontend_host}, which must be https: "
            "give --tls CERT,KEY, or --behind-proxy if a proxy in front ends TLS."
            for subject in subjects
            if not subject.is_local
        ]
    return found


def _public(subject: Subject) -> Iterator[str]:
    called = f"Instance {subject.slug} is public ({subject.frontend_host})"
    if subject.settings.test_mode:
        yield (
            f"{called} and in test mode, in which everybody knows the codes: "
            f"{_set(subject, 'test_mode=false')}"
        )
    if subject.settings.mail.transport == "inbox":
        yield (
            f"{called} and its mail stays in the inbox on this machine: "
            f"{_set(subject, 'mail.transport=smtp mail.host=…')}"
        )
    takes_numbers = subject.settings.attributes.phone_number.enabled
    if takes_numbers and subject.settings.sms.transport == "inbox":
        yield (
            f"{called} and its SMS stay in the inbox on this machine: "
            f"{_set(subject, 'sms.transport=twilio sms.account_sid=…')}"
        )
    if subject.has_weak_secret_key:
        yield (
            f"{called} and has a secret key that could be guessed: make it anew without "
            "--secret-key."
        )


def _mail(subject: Subject) -> Iterator[str]:
    mail = subject.settings.mail
    if mail.transport == "inbox":
        return
    if not mail.host:
        yield (
            f"Instance {subject.slug} sends mail over SMTP and knows no mail server: "
            f"{_set(subject, 'mail.host=…')}"
        )
    for name, address in (("from_address", mail.from_address), ("reply_to", mail.reply_to)):
        if (address or name == "from_address") and not is_mailbox(address):
            yield (
                f"mail.{name} of instance {subject.slug} is {address!r}, no address alone: "
                f"{_set(subject, f'mail.{name}=help@example.com')}"
            )
    if _gives_password_away(mail):
        yield (
            f"Instance {subject.slug} would send its mail password to {mail.host} unencrypted: "
            f"{_set(subject, 'mail.security=starttls')}"
        )


def _sms(subject: Subject) -> Iterator[str]:
    sms = subject.settings.sms
    called = f"Instance {subject.slug} sends SMS"
    if sms.transport == "twilio" and not (sms.account_sid and sms.password):
        yield (
            f"{called} through Twilio and does not know the account: "
            f"{_set(subject, 'sms.account_sid=AC… sms.password=…')}"
        )
    if sms.transport == "twilio" and not (sms.from_number or sms.whatsapp_number):
        yield f"{called} through Twilio and has no sender: {_set(subject, 'sms.from_number=+1…')}"
    if sms.transport == "http" and not sms.url:
        yield f"{called} over HTTP and knows no address: {_set(subject, 'sms.url=https://…')}"
    if sms.transport != "inbox" and _is_plain_http(sms.url):
        yield f"{called} to {sms.url} unencrypted: {_set(subject, 'sms.url=https://…')}"


def _social(subject: Subject) -> Iterator[str]:
    for strategy, own in subject.settings.social.items():
        is_custom = strategy.startswith(CUSTOM_PREFIX)
        if not is_custom and strategy not in PROVIDERS:
            there = ", ".join(name.removeprefix("oauth_") for name in PROVIDERS)
            yield f"social.{strategy}: no provider is called that; there are custom_… and {there}."
        for name, url in (("discovery_url", own.discovery_url), ("base_url", own.base_url)):
            if url and not is_allowed(url, allows_loopback=subject.is_local):
                yield (
                    f"Instance {subject.slug} would ask {url} about its users, and only https "
                    f"addresses may be asked: {_set(subject, f'social.{strategy}.{name}=https://…')}"
                )


def _templates(subject: Subject) -> Iterator[str]:
    for slug, own in subject.settings.message_templates.items():
        if slug not in KINDS:
            there = ", ".join(KINDS)
            yield f"message_templates.{slug}: there is no such message; there are {there}."
        else:
            # Loaded only where there is something to look at: a tenth of a second.
            from hallporter.features.messages import rendering

            yield from rendering.wrong_with(slug, own)


def _sign_up(subject: Subject) -> Iterator[str]:
    settings = subject.settings
    known = ("email_code", "email_link")
    address = settings.attributes.email_address
    for name in ("first_factors", "verifications"):
        for each in getattr(address, name):
            if each not in known:
                yield (
                    f"Instance {subject.slug} cannot prove addresses by {each}: "
                    f"attributes.email_address.{name} may hold {' and '.join(known)}."
                )
    if address.enabled and address.verify_at_sign_up and not address.verifications:
        yield (
            f"Instance {subject.slug} has addresses proved at sign-up and no way to do so: "
            f"{_set(subject, _BY_CODE)}"
        )
    if settings.username.min_length > settings.username.max_length:
        yield (
            f"Instance {subject.slug} asks for usernames that are longer than they may be: "
            f"{_set(subject, 'username.max_length=64')}"
        )
    display = settings.display
    if settings.sign_up.legal_consent_enabled and not (
        display.terms_url or display.privacy_policy_url
    ):
        yield (
            f"Instance {subject.slug} asks for consent to terms that nobody can read: "
            f"{_set(subject, 'display.terms_url=https://…')}"
        )


def _wallets(subject: Subject) -> Iterator[str]:
    wallet = subject.settings.attributes.web3_wallet
    for name in ("first_factors", "verifications"):
        for each in getattr(wallet, name):
            if each not in CHAINS:
                yield (
                    f"Instance {subject.slug} cannot prove wallets by {each}: "
                    f"attributes.web3_wallet.{name} may hold {', '.join(CHAINS)}."
                )
    if not wallet.enabled:
        return
    if not wallet.verify_at_sign_up:
        yield (
            f"Instance {subject.slug} takes wallets at sign-up without a proof, and everybody may "
            f"know an address: {_set(subject, 'attributes.web3_wallet.verify_at_sign_up=true')}"
        )
    if not wallet.verifications:
        yield (
            f"Instance {subject.slug} has wallets and no way to prove one: "
            f"{_set(subject, _BY_METAMASK)}"
        )
    for each in wallet.first_factors:
        if each not in wallet.verifications:
            yield (
                f"Instance {subject.slug} signs users in by {each}, which proves no wallet at "
                "sign-up: name it among attributes.web3_wallet.verifications, too."
            )


def _contradictions(subject: Subject) -> Iterator[str]:
    for what, changes in contradictions.found_in(subject.settings):
        yield f"Instance {subject.slug} {what}: {_set(subject, changes)}"


def _set(subject: Subject, changes: str) -> str:
    return f"run `hallporter instance update {subject.slug} {changes}`, or say so in --settings."


def _gives_password_away(mail: MailSettings) -> bool:
    return mail.security == "none" and bool(mail.password) and not is_loopback(mail.host)


def _origins(subject: Subject) -> Iterator[str]:
    for origin in subject.settings.allowed_origins:
        if not _is_origin(origin):
            yield (
                f"{origin!r} among the allowed origins of instance {subject.slug} is none: write "
                "it like https://app.example.com, without a path and without wildcards."
            )
        elif _is_plain_http(origin) and not subject.is_local:
            yield (
                f"The allowed origin {origin} of instance {subject.slug} is not encrypted: write "
                "it with https."
            )


def _is_origin(origin: str) -> bool:
    parts = urlsplit(origin)
    return bool(parts.scheme and parts.netloc) and (
        origin == f"{parts.scheme}://{parts.netloc}" and "*" not in origin
    )


def _is_plain_http(origin: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")


def _exposed(listening: Listening, subjects: list[Subject]) -> Iterator[str]:
    option = "--behind-proxy" if listening.behind_proxy else "--host"
    others = f"{option} lets in what other machines send"
    if not listening.behind_proxy:
        others = f"--host {listening.host} lets other machines connect"
    if not listening.is_encrypted:
        yield (
            f"{others}, and passwords would travel unencrypted: give --tls CERT,KEY, or "
            "--behind-proxy if a proxy in front ends TLS, or leave --host out."
        )
    for subject in subjects:
        if subject.settings.test_mode and subject.is_local:
            yield (
                f"{others}, and instance {subject.slug} is in test mode, in which everybody knows "
                f"the codes: run `hallporter instance update {subject.slug} test_mode=false`, or "
                f"leave {option} out."
            )
        if subject.has_weak_secret_key and subject.is_local:
            yield (
                f"{others}, and the secret key of instance {subject.slug} could be guessed: make "
                f"the instance anew without --secret-key, or leave {option} out."
            )


def _satellites(subject: Subject) -> Iterator[str]:
    home = hostname(subject.frontend_host).removeprefix("clerk.")
    for domain in subject.settings.satellite_domains:
        if not _HOST_NAME.fullmatch(domain):
            yield (
                f"{domain!r} among the satellite domains of instance {subject.slug} is none: write "
                "it like shop.example, without https, port or path."
            )
        elif f".{domain}".endswith(f".{home}") or f".{home}".endswith(f".{domain}"):
            yield (
                f"The satellite domain {domain} of instance {subject.slug} is its own ({home}): "
                "users are signed in there anyhow; take it off satellite_domains."
            )
    for domain, url in subject.settings.satellite_proxy_urls.items():
        parts = urlsplit(url)
        is_there = f".{parts.hostname or ''}".endswith(f".{domain}")
        if domain not in subject.settings.satellite_domains or not is_there:
            yield (
                f"satellite_proxy_urls of instance {subject.slug} has {url} for {domain}, which "
                "must be one of satellite_domains and the address a page of that domain."
            )
        elif parts.scheme != "https" and not subject.is_local:
            yield f"The satellite proxy {url} of instance {subject.slug} must be https."
