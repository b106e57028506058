"""Invitations: whom they could not reach."""

from collections.abc import Iterator

from hallporter.contract.settings_rules import Subject


def reach(subject: Subject) -> Iterator[str]:
    """Yield that nobody could be invited, where nobody signs up without."""
    settings = subject.settings
    if settings.sign_up.mode != "public" and not settings.attributes.email_address.enabled:
        yield subject.wrong(
            f"is {settings.sign_up.mode}, and invitations are for email addresses only",
            "attributes.email_address.enabled=true, or sign_up.mode=public",
        )
