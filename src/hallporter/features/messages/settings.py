"""How mail and SMS leave: what lacks for that, and what gives something away."""

from collections.abc import Iterator

from hallporter.contract.hosts import is_loopback, is_plain_http
from hallporter.contract.settings import MailSettings
from hallporter.contract.settings_rules import Subject
from hallporter.delivery.mail_headers import is_mailbox
from hallporter.features.messages.kinds import KINDS


def somewhere_to_go(subject: Subject) -> Iterator[str]:
    """Yield which messages of a public instance nobody would get."""
    if subject.is_local:
        return
    settings = subject.settings
    if settings.mail.transport == "inbox":
        yield subject.public(
            "its mail stays in the inbox on this machine", "mail.transport=smtp mail.host=…"
        )
    if settings.attributes.phone_number.enabled and settings.sms.transport == "inbox":
        yield subject.public(
            "its SMS stay in the inbox on this machine", "sms.transport=twilio sms.account_sid=…"
        )


def mail(subject: Subject) -> Iterator[str]:
    """Yield what is wrong with how mail leaves."""
    mail = subject.settings.mail
    if mail.transport == "inbox":
        return
    if not mail.host:
        yield subject.wrong("sends mail over SMTP and knows no mail server", "mail.host=…")
    for name, address in (("from_address", mail.from_address), ("reply_to", mail.reply_to)):
        if (address or name == "from_address") and not is_mailbox(address):
            yield (
                f"mail.{name} of instance {subject.slug} is {address!r}, no address alone: "
                f"{subject.update(f'mail.{name}=help@example.com')}"
            )
    if _gives_password_away(mail):
        yield subject.wrong(
            f"would send its mail password to {mail.host} unencrypted", "mail.security=starttls"
        )


def sms(subject: Subject) -> Iterator[str]:
    """Yield what is wrong with how SMS leave."""
    sms = subject.settings.sms
    if sms.transport == "twilio" and not (sms.account_sid and sms.password):
        yield subject.wrong(
            "sends SMS through Twilio and does not know the account",
            "sms.account_sid=AC… sms.password=…",
        )
    if sms.transport == "twilio" and not (sms.from_number or sms.whatsapp_number):
        yield subject.wrong("sends SMS through Twilio and has no sender", "sms.from_number=+1…")
    if sms.transport == "http" and not sms.url:
        yield subject.wrong("sends SMS over HTTP and knows no address", "sms.url=https://…")
    if sms.transport != "inbox" and is_plain_http(sms.url):
        yield subject.wrong(f"sends SMS to {sms.url} unencrypted", "sms.url=https://…")


def own_words(subject: Subject) -> Iterator[str]:
    """Yield which words of the instance's own could not be said."""
    for slug, own in subject.settings.message_templates.items():
        if slug not in KINDS:
            there = ", ".join(KINDS)
            yield f"message_templates.{slug}: there is no such message; there are {there}."
        else:
            # Loaded only where there is something to look at: a tenth of a second.
            from hallporter.features.messages import rendering

            yield from rendering.wrong_with(slug, own)


def _gives_password_away(mail: MailSettings) -> bool:
    return mail.security == "none" and bool(mail.password) and not is_loopback(mail.host)
