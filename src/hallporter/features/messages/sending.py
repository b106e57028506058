"""Which way a message leaves."""

from typing import TYPE_CHECKING

from hallporter.contract.instance import Instance
from hallporter.core.crypto_box import CryptoBox
from hallporter.delivery import mail, sms
from hallporter.delivery.mail import Mail
from hallporter.delivery.sms import Sms
from hallporter.features.identifications import canonical
from hallporter.features.messages.rows import Facts, MessageRow

if TYPE_CHECKING:
    from hallporter.features.messages.rendering import Rendered


def stays(instance: Instance, row: MessageRow) -> bool:
    """Tell whether a message stays in the inbox on this machine.

    Messages to test addresses always do: nobody reads them there.
    """
    settings = instance.settings
    if settings.test_mode and canonical.is_test_address(row.recipient):
        return True
    transport = settings.mail.transport if row.channel == "email" else settings.sms.transport
    return transport == "inbox"


async def send(
    box: CryptoBox, instance: Instance, row: MessageRow, facts: Facts, message: "Rendered"
) -> None:
    """Hand a message to who takes it on; raises NotSentError."""
    settings = instance.settings
    if row.channel == "email":
        written = Mail(
            sender=settings.display.application_name,
            to=row.recipient,
            subject=message.subject,
            text=message.text,
            html=message.html,
            message_id=row.id,
            created_at=row.created_at,
        )
        await mail.send(settings.mail, _opened(box, settings.mail.password), written)
        return
    short = Sms(
        channel=row.channel,
        slug=row.slug,
        to=row.recipient,
        text=message.text,
        code=str(facts.given["otp_code"]),
        message_id=row.id,
    )
    await sms.send(settings.sms, _opened(box, settings.sms.password), short)


def _opened(box: CryptoBox, password: str) -> str:
    return box.decrypt(password).decode() if password else ""
