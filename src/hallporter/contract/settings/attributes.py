"""The attributes of users, and which part each takes in signing up and in."""

from typing import Literal

import msgspec

from hallporter.contract.settings.values import Group, Strategy

PhoneCodeChannel = Literal["sms", "whatsapp"]


class AttributeSettings(Group, frozen=True):
    """How one attribute of a user takes part in sign-up and sign-in."""

    enabled: bool = False
    """Whether users may have it. What is off is taken by no sign-up and signs nobody in."""
    required: bool = False
    """Whether a sign-up is complete only with it."""
    used_for_first_factor: bool = False
    """Whether users sign in by naming it, or with it."""
    first_factors: list[Strategy] = []
    """The proofs of it that sign in, such as `email_code` or `email_link`."""
    used_for_second_factor: bool = False
    """Whether users may set it up as their second factor.

    Those that users have go on to be asked for.
    """
    second_factors: list[Strategy] = []
    """The proofs of it that are a second factor."""
    verifications: list[Strategy] = []
    """The proofs of it at sign-up and in the profile."""
    verify_at_sign_up: bool = False
    """Whether sign-ups wait for a proof.

    Without one an address is held for its user, and counts for no provider's account.
    """
    immutable: bool = False
    """Whether users may not change it once they have signed up; servers may."""
    channels: list[PhoneCodeChannel] | msgspec.UnsetType = msgspec.UNSET
    """Of a phone number: how its codes may travel, the first unless asked; unset: as SMS.

    See docs/operating/messages.md.
    """

    @property
    def identifies(self) -> bool:
        """Whether users sign in by naming it."""
        return self.enabled and self.used_for_first_factor

    @property
    def is_second_factor(self) -> bool:
        """Whether users may set it up as their second factor."""
        return self.enabled and self.used_for_second_factor and bool(self.second_factors)


class Attributes(Group, frozen=True):
    """The attributes of a user. How an address is proved: docs/operating/sign-up.md."""

    email_address: AttributeSettings = AttributeSettings(
        enabled=True,
        required=True,
        used_for_first_factor=True,
        first_factors=["email_code"],
        verifications=["email_code"],
        verify_at_sign_up=True,
    )
    """Proved by codes or links in a mail: `email_code`, `email_link`."""
    phone_number: AttributeSettings = AttributeSettings(
        used_for_first_factor=True,
        first_factors=["phone_code"],
        used_for_second_factor=True,
        second_factors=["phone_code"],
        verifications=["phone_code"],
        verify_at_sign_up=True,
    )
    """Proved by codes as SMS or over WhatsApp; a second factor, too."""
    username: AttributeSettings = AttributeSettings(used_for_first_factor=True)
    """A name that users choose; `username.…` says what it may be."""
    web3_wallet: AttributeSettings = AttributeSettings(
        used_for_first_factor=True,
        first_factors=["web3_metamask_signature"],
        verifications=["web3_metamask_signature"],
        verify_at_sign_up=True,
    )
    """Proved by a signature: docs/operating/web3.md says which there are."""
    first_name: AttributeSettings = AttributeSettings(enabled=True)
    """A name, for show."""
    last_name: AttributeSettings = AttributeSettings(enabled=True)
    """A name, for show."""
    password: AttributeSettings = AttributeSettings(enabled=True, required=True)
    """`password.…` says what it must be like."""
    authenticator_app: AttributeSettings = AttributeSettings(
        enabled=True, used_for_second_factor=True, second_factors=["totp"], verifications=["totp"]
    )
    """A second factor."""
    backup_code: AttributeSettings = AttributeSettings(
        enabled=True, used_for_second_factor=True, second_factors=["backup_code"]
    )
    """Codes to keep, for when the other second factors are not at hand."""
    passkey: AttributeSettings = AttributeSettings(
        used_for_first_factor=True, first_factors=["passkey"], verifications=["passkey"]
    )
    """Passkeys belong to the instance's home domain."""
