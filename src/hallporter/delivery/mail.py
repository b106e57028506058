"""Mail over SMTP (RFC 5321), through aiosmtplib."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses

import msgspec

from hallporter.contract.settings import MailSettings
from hallporter.core.database import refuse_inside_write
from hallporter.delivery import mail_headers
from hallporter.delivery.failure import NotSentError

_TIMEOUT_SECONDS = 20
# Mail servers quote whom they refuse, and no log may hold an address.
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
# Every mail server takes seven bits, whatever it offers.
_POLICY = policy.SMTP.clone(cte_type="7bit")


class Mail(msgspec.Struct, frozen=True):
    """What is sent; `message_id` makes a repetition recognisable, `created_at` is in ms."""

    sender: str
    to: str
    subject: str
    text: str
    html: str | None
    message_id: str
    created_at: int


async def send(settings: MailSettings, password: str, mail: Mail) -> None:
    """Hand `mail` to the instance's mail server; raises NotSentError.

    It goes to `mail.to` and nobody else: no header is read to learn where to.
    """
    refuse_inside_write("sending mail")
    # Loaded with the first mail: no start waits for it.
    import aiosmtplib

    content = _content(settings, mail)
    try:
        await aiosmtplib.send(
            content,
            sender=settings.from_address,
            recipients=[mail.to],
            hostname=settings.host,
            port=settings.port,
            username=settings.username or None,
            password=password or None,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            timeout=_TIMEOUT_SECONDS,
        )
    except aiosmtplib.SMTPAuthenticationError as error:
        # The operator mends that, and what waits still arrives.
        raise _not_sent(f"login refused: {error.message}", is_permanent=False) from error
    except aiosmtplib.SMTPRecipientsRefused as error:
        only = error.recipients[0]
        raise _not_sent(only.message, is_permanent=only.code >= 500) from error
    except aiosmtplib.SMTPResponseException as error:
        raise _not_sent(error.message, is_permanent=error.code >= 500) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise _not_sent(str(error), is_permanent=False) from error


def _not_sent(reason: str, *, is_permanent: bool) -> NotSentError:
    return NotSentError(_ADDRESS.sub("[address]", reason), is_permanent=is_permanent)


def _content(settings: MailSettings, mail: Mail) -> bytes:
    """Return the mail as it is sent; raises NotSentError for an address that can be misread."""
    if not mail_headers.is_mailbox(mail.to):
        raise _not_sent("the recipient's address can be misread", is_permanent=True)
    try:
        content = _message(settings, mail).as_bytes()
    except ValueError as error:
        # The settings name who sends, which the operator mends.
        raise _not_sent(f"{error} cannot be written", is_permanent=False) from error
    if _named(content) != [mail.to]:
        raise _not_sent("the mail names another than its recipient", is_permanent=True)
    return content


def _named(content: bytes) -> list[str]:
    """Return whom a mail is addressed to, as those who receive it read it."""
    received = message_from_bytes(content, policy=policy.compat32)
    headers = [str(each) for name in ("To", "Cc", "Bcc") for each in received.get_all(name, [])]
    return [address for _, address in getaddresses(headers)]


def _message(settings: MailSettings, mail: Mail) -> EmailMessage:
    domain = settings.from_address.rpartition("@")[2]
    message = EmailMessage(policy=_POLICY)
    message["From"] = mail_headers.sender("From", mail.sender, settings.from_address)
    message["To"] = mail_headers.mailbox("To", mail.to)
    if settings.reply_to:
        message["Reply-To"] = mail_headers.mailbox("Reply-To", settings.reply_to)
    message["Subject"] = mail_headers.text("Subject", mail.subject)
    message["Date"] = format_datetime(datetime.fromtimestamp(mail.created_at / 1000, UTC))
    message["Message-ID"] = mail_headers.line("Message-ID", f"<{mail.message_id}@{domain}>")
    # Nobody's holiday notice answers a code (RFC 3834 §5).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    return message
