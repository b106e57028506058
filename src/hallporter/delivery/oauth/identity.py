"""The identity of a user at a provider."""

from typing import Any, cast

import msgspec

from hallporter.delivery.oauth import fields
from hallporter.delivery.oauth.connection import Connection
from hallporter.delivery.oauth.fields import Claims
from hallporter.delivery.oauth.http import UnreadableUserError

_LONGEST = 255
_LONGEST_URL = 2_048


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider gives for its own API; `expire_at` in ms."""

    access_token: str
    refresh_token: str | None = None
    id_token: str | None = None
    expire_at: int | None = None
    scopes: str = ""
    """With blanks between them."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A user at a provider. Issuer and subject identify them; everything else is a claim."""

    issuer: str
    subject: str
    email_address: str | None = None
    email_address_verified: bool = False
    """Whether the provider vouches for the address."""
    first_name: str | None = None
    last_name: str | None = None
    username: str | None = None
    image_url: str | None = None
    tokens: Tokens | None = None


def read(connection: Connection, issuer: str, claims: Claims, tokens: Tokens | None) -> Identity:
    """Return the identity in `claims`; raises UnreadableUserError if there is none."""
    provider, paths = connection.provider, connection.provider.fields
    subject = fields.text(claims, paths.subject)
    if subject is None or len(subject) > _LONGEST:
        raise UnreadableUserError("the provider did not say who this is")
    email_address = _short(fields.text(claims, paths.email_address))
    first_name, last_name = _names(claims, paths)
    return Identity(
        issuer=issuer,
        subject=subject,
        email_address=email_address,
        email_address_verified=email_address is not None
        and (
            provider.vouches_for_email == "always"
            or (
                provider.vouches_for_email == "claim"
                and fields.is_true(
                    claims, paths.email_address_verified, or_one=provider.says_one_for_true
                )
            )
        ),
        first_name=first_name,
        last_name=last_name,
        username=_short(fields.text(claims, paths.username)),
        image_url=_picture(fields.text(claims, paths.image_url)),
        tokens=tokens,
    )


def _names(claims: Claims, paths: fields.Fields) -> tuple[str | None, str | None]:
    first = _short(fields.text(claims, paths.first_name))
    last = _short(fields.text(claims, paths.last_name))
    if first is None and last is None:
        first, _, last = (fields.text(claims, paths.name) or "").partition(" ")
    return _short(first) or None, _short(last) or None


def _short(text: str | None) -> str | None:
    # PostgreSQL knows no NUL.
    return None if text is None or "\0" in text or len(text) > _LONGEST else text


def _picture(text: str | None) -> str | None:
    is_usable = text is not None and text.startswith("https://") and len(text) <= _LONGEST_URL
    return text if is_usable and text is not None and text.isprintable() else None


def chosen_email(reply: dict[str, Any]) -> dict[str, Any] | None:
    """Return the address to take from a list of addresses: the primary one among the proved.

    As GitHub and Bitbucket list them.
    """
    listed: Any = reply.get("items") or reply.get("values")
    items = cast("list[Any]", listed) if isinstance(listed, list) else []
    entries = [cast("dict[str, Any]", each) for each in items if isinstance(each, dict)]
    proved = [each for each in entries if _is_proved(each)]
    return next((each for each in proved if _is_primary(each)), next(iter(proved), None))


def _is_proved(entry: dict[str, Any]) -> bool:
    address: Any = entry.get("email")
    is_one = isinstance(address, str) and _short(address) is not None
    return is_one and (entry.get("verified") is True or entry.get("is_confirmed") is True)


def _is_primary(entry: dict[str, Any]) -> bool:
    return entry.get("primary") is True or entry.get("is_primary") is True
