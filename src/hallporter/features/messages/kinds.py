"""The kinds of messages, named like Clerk's templates, and the facts of each."""

from typing import Literal

import msgspec

CodeSlug = Literal["verification_code", "reset_password_code"]
LinkSlug = Literal["magic_link_sign_in", "magic_link_sign_up", "magic_link_user_profile"]
NoticeSlug = Literal[
    "invitation",
    "waitlist_confirmation",
    "waitlist_invitation",
    "passkey_added",
    "passkey_removed",
    "password_changed",
    "password_removed",
    "primary_email_address_changed",
    "account_locked",
    "new_device_sign_in",
    "sign_in_without_account",
    "sign_up_with_account",
]
Slug = CodeSlug | LinkSlug | NoticeSlug

Fact = str | int
"""A fact: a text, a number, or a moment in ms since the epoch."""


class Kind(msgspec.Struct, frozen=True):
    """The facts of messages of one slug, named like Clerk's template variables.

    `facts` are given by the sender, `optional` ones may be left out, and every text must use
    `required`.
    """

    facts: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    required: str | None = None
    has_sms: bool = False
    expires: bool = False


_CODE = Kind(facts=frozenset({"otp_code"}), required="otp_code", has_sms=True, expires=True)
_LINK = Kind(facts=frozenset({"magic_link"}), required="magic_link", expires=True)
_INVITATION = Kind(
    facts=frozenset({"action_url"}),
    optional=frozenset({"inviter_name", "expires_in_days"}),
    required="action_url",
)
_OF_A_PASSKEY = Kind(facts=frozenset({"passkey_name"}))

KINDS: dict[str, Kind] = {
    "verification_code": _CODE,
    "reset_password_code": _CODE,
    "magic_link_sign_in": _LINK,
    "magic_link_sign_up": _LINK,
    "magic_link_user_profile": _LINK,
    "invitation": _INVITATION,
    "waitlist_confirmation": Kind(),
    "waitlist_invitation": _INVITATION,
    "passkey_added": _OF_A_PASSKEY,
    "passkey_removed": _OF_A_PASSKEY,
    "password_changed": Kind(),
    "password_removed": Kind(),
    "primary_email_address_changed": Kind(facts=frozenset({"new_email_address"})),
    "account_locked": Kind(facts=frozenset({"failed_attempts", "lockout_duration", "unlock_time"})),
    "new_device_sign_in": Kind(optional=frozenset({"sign_in_method", "revoke_session_url"})),
    "sign_in_without_account": Kind(),
    "sign_up_with_account": Kind(),
}
