"""What a proof must be like."""

from hallporter.contract.settings.values import Group


class EmailLinkSettings(Group, frozen=True):
    """Who may open a mailed link: docs/operating/sign-up.md#links-instead-of-codes."""

    require_same_client: bool = True
    """Whether only the browser that asked for it may: otherwise a scanner of mail may, too."""
