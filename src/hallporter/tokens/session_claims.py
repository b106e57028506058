"""Claims of an instance's own in its session tokens (Clerk, "Customize your session token")."""

from collections.abc import Callable
from typing import Any

import msgspec

from hallporter.tokens import claims_template
from hallporter.tokens.reserved import RESERVED_IN_SESSIONS
from hallporter.tokens.shortcodes import SHORTCODES

# Browsers drop a cookie of more than 4 KiB; what the shortcodes stand for comes on top.
MAX_BYTES = 2 * 1024


def wrong_with(claims: dict[str, Any]) -> str | None:
    """Return what is wrong with such claims, as a sentence."""
    taken = sorted(RESERVED_IN_SESSIONS.intersection(claims))
    if taken:
        return f"session_token_claims cannot hold {', '.join(taken)}: the server sets them."
    if len(msgspec.json.encode(claims)) > MAX_BYTES:
        return f"session_token_claims may take {MAX_BYTES} bytes at most: a cookie holds them."
    try:
        claims_template.compiled(claims, SHORTCODES)
    except claims_template.MalformedTemplateError as error:
        return f"session_token_claims holds {{{{{error}}}}}, which is no expression."
    return None


def compiled(claims: dict[str, Any]) -> Callable[[Any], dict[str, Any]] | None:
    """Return the compiled claims; None for none, so that no user is read in vain."""
    return claims_template.compiled(claims, SHORTCODES) if claims else None
