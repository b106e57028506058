"""Mail over SMTP (RFC 5321), through aiosmtplib."""

from dataclasses import dataclass
from email.message import EmailMessage

import aiosmtplib

from hallporter.contract.settings import MailSettings
from hallporter.core.database import refuse_inside_write

_TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Mail:
    """What is sent; `message_id` makes a repetition recognisable."""

    to: str
    subject: str
    text: str
    message_id: str


class MailError(Exception):
    """The mail server did not take the message."""

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent


async def send(settings: MailSettings, password: str, mail: Mail) -> None:
    """Hand `mail` to the instance's mail server; raises MailError."""
    refuse_inside_write("sending mail")
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
    except aiosmtplib.SMTPResponseException as refused:
        raise MailError(refused.message, is_permanent=refused.code >= 500) from refused
    except (aiosmtplib.SMTPException, OSError) as failed:
        raise MailError(str(failed), is_permanent=False) from failed


def _message(settings: MailSettings, mail: Mail) -> EmailMessage:
    # The standard library refuses line breaks in headers: nothing can be injected through a name.
    message = EmailMessage()
    message["From"] = settings.from_address
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Message-ID"] = f"<{mail.message_id}@{settings.from_address.rpartition('@')[2]}>"
    message.set_content(mail.text)
    return message
