"""A link goes out to the address that it proves."""

from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.messages import actions as messages
from hallporter.features.messages.kinds import LinkSlug
from hallporter.features.verifications import links, store
from hallporter.features.verifications.links import Asked, SentLink
from hallporter.features.verifications.rows import Purpose
from hallporter.features.verifications.store import Owner

_SLUGS: dict[Purpose, LinkSlug] = {
    "sign_in": "magic_link_sign_in",
    "sign_up": "magic_link_sign_up",
    "own_address": "magic_link_user_profile",
}


async def send_link(
    tx: Write, scope: Scope, sent: SentLink, asked: Asked, *, regarding: str, owner: Owner
) -> None:
    """Store a link for the client that asked for it, with its proof, and queue its mail.

    It is not sent any more once there is a newer message `regarding` the same.
    """
    await store.insert_verification(tx, sent.verification, owner=owner)
    await store.insert_email_link(tx, links.stored(scope, sent, asked))
    await messages.send_link(
        tx,
        scope,
        sent.address,
        links.url_of(scope, sent),
        slug=_SLUGS[asked.purpose],
        verification=sent.verification,
        regarding=regarding,
    )
