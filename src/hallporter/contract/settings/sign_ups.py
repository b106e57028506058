"""Who may sign up, and what they accept."""

from typing import Literal

from hallporter.contract.settings.values import Group


class SignUpSettings(Group, frozen=True):
    """Who may sign up: docs/operating/sign-up.md#who-may-sign-up."""

    mode: Literal["public", "restricted", "waitlist"] = "public"
    """`restricted` takes those who are invited, `waitlist` too, and keeps a list of who would."""
    legal_consent_enabled: bool = False
    """Whether who signs up has to accept `display.terms_url` and `display.privacy_policy_url`."""
