"""Whose identifiers sign up."""

from hallporter.contract.settings.values import Group


class RestrictionSettings(Group, frozen=True):
    """Which identifiers may sign up; the lists themselves are kept through the Backend API.

    Who has an account keeps it: these are asked at sign-up alone. What each means:
    docs/operating/sign-up.md#who-may-sign-up.
    """

    allowlist: bool = False
    """Whether only who is on the allow-list, or invited, may."""
    blocklist: bool = False
    """Whether who is on the block-list may not."""
    block_email_subaddresses: bool = False
    """Whether addresses such as `ada+news@example.com` may not, nor be added by users."""
    block_disposable_email_domains: bool = False
    """Whether addresses of services that hand out mailboxes for minutes may not."""
