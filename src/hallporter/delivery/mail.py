"""Mail over SMTP (RFC 5321), through aiosmtplib."""

import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import msgspec

from hallporter.contract.settings import MailSettings
from hallporter.core.database import refuse_inside_write
from hallporter.delivery.failure import NotSentError

_TIMEOUT_SECONDS = 20
# Mail servers quote whom they refuse, and no log may hold an address.
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")


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
    """Hand `mail` to the instance's mail server; raises NotSentError."""
    refuse_inside_write("sending mail")
    # Loaded with the first mail: no start waits for it.
    import aiosmtplib

    try:
        await aiosmtplib.send(
            _message(settings, mail),
            hostname=settings.host,
            port=settings.port,
            username=settings.username or None,
            password=password or None,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            timeout=_TIMEOUT_SECONDS,
        )
    except aiosmtplib.SMTPAuthenticationError as refused:
        # The operator mends that, and what waits still arrives.
        raise _not_sent(f"login refused: {refused.message}", is_permanent=False) from refused
    except aiosmtplib.SMTPRecipientsRefused as refused:
        only = refused.recipients[0]
        raise _not_sent(only.message, is_permanent=only.code >= 500) from refused
    except aiosmtplib.SMTPResponseException as refused:
        raise _not_sent(refused.message, is_permanent=refused.code >= 500) from refused
    except (aiosmtplib.SMTPException, OSError) as failed:
        raise _not_sent(str(failed), is_permanent=False) from failed


def _not_sent(reason: str, *, is_permanent: bool) -> NotSentError:
    return NotSentError(_ADDRESS.sub("[address]", reason), is_permanent=is_permanent)


def _message(settings: MailSettings, mail: Mail) -> EmailMessage:
    # The standard library refuses line breaks in headers: nothing can be injected through a name.
    message = EmailMessage()
    local, _, domain = settings.from_address.rpartition("@")
    message["From"] = Address(" ".join(mail.sender.split()), local, domain)
    message["To"] = mail.to
    if settings.reply_to:
        message["Reply-To"] = settings.reply_to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(datetime.fromtimestamp(mail.created_at / 1000, UTC))
    message["Message-ID"] = f"<{mail.message_id}@{domain}>"
    # Nobody's holiday notice answers a code (RFC 3834 §5).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    return message
