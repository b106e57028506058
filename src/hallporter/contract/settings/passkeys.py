"""What passkeys are worth."""

from typing import Literal

from hallporter.contract.settings.values import Group


class PasskeySettings(Group, frozen=True):
    """How the components offer passkeys, and what they are worth."""

    allow_autofill: bool = True
    """Whether the components offer them in the fields of a form, before somebody is named."""
    show_sign_in_button: bool = True
    """Whether the components have a button for them, before somebody is named."""
    satisfies_second_factor: bool = True
    """Whether a passkey alone signs in who has a second factor: it asks for two things itself."""
    counter: Literal["record", "refuse"] = "record"
    """What becomes of an answer whose signature counter has not gone on.

    A copy was used, or the device keeps no counter well. `record` takes it and logs
    `passkey counter did not go on`, with ids; `refuse` takes none (WebAuthn Level 3, section 7.2,
    leaves it to the server).
    """
