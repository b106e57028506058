"""Sending a code the way its strategy goes: by mail, or to a telephone."""

from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.messages import actions as messages
from hallporter.features.messages.kinds import CodeSlug
from hallporter.features.verifications import store
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.store import Owner


async def send(tx: Write, scope: Scope, sent: SentCode, *, regarding: str, owner: Owner) -> None:
    """Store a new code and queue its message, which replaces older ones `regarding` the same.

    It has been counted before (`limits`).
    """
    await store.insert_verification(tx, sent.verification, owner=owner)
    if not sent.is_sent:
        return
    resets = sent.verification.strategy.startswith("reset_password_")
    slug: CodeSlug = "reset_password_code" if resets else "verification_code"
    about, channel = sent.verification, sent.verification.channel
    if channel is None:
        await messages.send_code(
            tx, scope, sent.address, sent.code, slug=slug, verification=about, regarding=regarding
        )
        return
    await messages.send_sms_code(
        tx,
        scope,
        sent.address,
        sent.code,
        channel=channel,
        slug=slug,
        verification=about,
        regarding=regarding,
    )
