"""Whether native apps sign in by keys of their devices."""

from hallporter.contract.settings.values import Group


class TrustedDeviceSettings(Group, frozen=True):
    """Whether native apps may sign in by a key that their device keeps behind its own lock.

    What that means: docs/operating/devices.md#keys-of-native-apps.
    """

    sign_in: bool = False
    """Whether native apps sign in by such keys."""
    prompt_after_sign_in: bool = False
    """Whether Clerk's own views offer that after a sign-in."""
    prompt_after_sign_up: bool = False
    """Whether Clerk's own views offer that after a sign-up."""
