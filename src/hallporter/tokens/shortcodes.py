"""What a template can name, and all that it can name (Clerk, "JWT templates", Shortcodes)."""

from collections.abc import Callable, Mapping
from typing import Any

from hallporter.contract import portraits
from hallporter.contract.token_template import Subject
from hallporter.core.clock import SECOND

# Organizations are not among them yet: like every unknown name they are null.
SHORTCODES: Mapping[str, Callable[[Subject], Any]] = {
    "user.id": lambda of: of.user_id,
    "user.external_id": lambda of: of.external_id,
    "user.first_name": lambda of: of.first_name,
    "user.last_name": lambda of: of.last_name,
    "user.full_name": lambda of: _full_name(of),
    "user.username": lambda of: of.username,
    "user.primary_email_address": lambda of: of.primary_email_address,
    "user.email_verified": lambda of: of.email_verified,
    "user.primary_phone_number": lambda of: of.primary_phone_number,
    "user.phone_number_verified": lambda of: of.phone_number_verified,
    "user.two_factor_enabled": lambda of: of.two_factor_enabled,
    "user.image_url": lambda of: portraits.placeholder(of.user_id),
    "user.profile_image_url": lambda of: portraits.placeholder(of.user_id),
    "user.has_image": lambda _: False,
    "user.public_metadata": lambda of: of.public_metadata,
    "user.unsafe_metadata": lambda of: of.unsafe_metadata,
    # In seconds, as the other moments of a token.
    "user.created_at": lambda of: of.created_at // SECOND,
    "user.updated_at": lambda of: of.updated_at // SECOND,
    "session.actor": lambda of: None if bytes(of.actor) == b"null" else of.actor,
}


def _full_name(of: Subject) -> str | None:
    return " ".join(name for name in (of.first_name, of.last_name) if name) or None
