"""What passwords must be like."""

from typing import Annotated, Literal

import msgspec

from hallporter.contract.settings.values import Group, Line, Url


class PasswordSettings(Group, frozen=True):
    """What a new password must be like."""

    min_length: Annotated[int, msgspec.Meta(ge=8, le=128)] = 8
    """How many characters it has at least."""
    max_length: Annotated[int, msgspec.Meta(ge=8, le=128)] = 72
    """How many characters it has at most."""
    require_special_char: bool = False
    """Whether it has one of `password.allowed_special_characters`."""
    allowed_special_characters: Line = "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~"
    """Which characters count as special."""
    require_numbers: bool = False
    """Whether it has a digit."""
    require_uppercase: bool = False
    """Whether it has a capital letter."""
    require_lowercase: bool = False
    """Whether it has a small letter."""
    refuse_common: bool = True
    """Whether the ten thousand commonest passwords are refused: needs no network."""
    min_zxcvbn_strength: Literal[0, 1, 2, 3, 4] = 0
    """How long a password must hold against guessing by zxcvbn's scale; 0 asks nothing."""
    show_zxcvbn: bool = False
    """Whether the components tell of that while a password is typed."""
    refuse_breached: bool = False
    """Whether `password.breached_passwords_url` is asked about new passwords.

    It learns five digits of the password's SHA-1. Without an answer all may pass.
    """
    refuse_breached_at_sign_in: bool = False
    """Whether it is asked about right passwords too, at sign-in and reverification.

    Whoever has a breached one must reset it.
    """
    breached_passwords_url: Url = "https://api.pwnedpasswords.com/range/"
    """Have I Been Pwned, or whatever else answers the same."""
