"""Writing mail into the transaction that caused it."""

from hallporter.contract import ids
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.core.secret import Secret
from hallporter.features.messages import store
from hallporter.features.messages.rows import MessageRow


async def send_code(tx: Write, scope: Scope, address: str, code: Secret) -> None:
    """Queue the mail that carries a verification code; it leaves when the write has committed."""
    name = scope.instance.settings.display.application_name
    # The code first in the subject: it is read from a notification more often than not.
    await _queue(
        tx,
        scope,
        slug="verification_code",
        address=address,
        subject=f"{code.reveal()} is your {name} verification code",
        body=(
            f"Your verification code for {name} is {code.reveal()}.\n\n"
            "It works once, within ten minutes. If you did not ask for it, ignore this message; "
            "nobody can use it without your mailbox.\n"
        ),
    )


async def send_primary_email_address_changed(
    tx: Write, scope: Scope, address: str, *, new_address: str
) -> None:
    """Queue the mail that tells an address that it is no longer its user's primary one."""
    name = scope.instance.settings.display.application_name
    await _queue(
        tx,
        scope,
        slug="primary_email_address_changed",
        address=address,
        subject=f"Your primary email address for {name} has changed",
        body=(
            f"The primary email address of your {name} account is now {new_address}.\n\n"
            "If this was not your wish, tell whoever runs the service.\n"
        ),
    )


async def _queue(
    tx: Write, scope: Scope, *, slug: str, address: str, subject: str, body: str
) -> None:
    await store.insert_message(
        tx,
        MessageRow(
            id=ids.MESSAGE.new(scope.now),
            instance_id=scope.instance.id,
            slug=slug,
            to_address=address,
            subject=subject,
            body_encrypted=scope.box.encrypt(body),
            status="queued",
            attempts=0,
            next_attempt_at=scope.now,
            created_at=scope.now,
            sent_at=None,
        ),
    )
