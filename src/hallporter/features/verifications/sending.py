"""Sending a code the way its strategy goes: by mail, or by SMS."""

from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.messages import actions as messages
from hallporter.features.verifications import store
from hallporter.features.verifications.codes import SentCode


async def send(tx: Write, scope: Scope, sent: SentCode, *, regarding: str) -> None:
    """Store a new code and queue its message, which replaces older ones `regarding` the same."""
    await store.insert_verification(tx, sent.verification)
    if not sent.is_sent:
        return
    resets = sent.verification.strategy.startswith("reset_password_")
    by_phone = sent.verification.strategy.endswith("phone_code")
    queue = messages.send_sms_code if by_phone else messages.send_code
    await queue(
        tx,
        scope,
        sent.address,
        sent.code,
        slug="reset_password_code" if resets else "verification_code",
        verification=sent.verification,
        regarding=regarding,
    )
