"""An instance's settings: kept in the database, changed with `hallporter instance update`."""

from typing import Literal

import msgspec


class _Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings refuse names they do not know: a typo must not pass for a setting."""


class AttributeSettings(_Group, frozen=True):
    """How one attribute of a user takes part in sign-up and sign-in."""

    enabled: bool = False
    required: bool = False
    used_for_first_factor: bool = False
    first_factors: list[str] = []
    used_for_second_factor: bool = False
    second_factors: list[str] = []
    verifications: list[str] = []
    verify_at_sign_up: bool = False
    immutable: bool = False


class Attributes(_Group, frozen=True):
    """The attributes of a user."""

    email_address: AttributeSettings = AttributeSettings(
        enabled=True,
        required=True,
        used_for_first_factor=True,
        first_factors=["email_code"],
        verifications=["email_code"],
        verify_at_sign_up=True,
    )
    username: AttributeSettings = AttributeSettings()
    first_name: AttributeSettings = AttributeSettings(enabled=True)
    last_name: AttributeSettings = AttributeSettings(enabled=True)
    password: AttributeSettings = AttributeSettings(enabled=True, required=True)


class PasswordSettings(_Group, frozen=True):
    """What a new password must be like; lengths in characters."""

    min_length: int = 8
    max_length: int = 72
    require_special_char: bool = False
    require_numbers: bool = False
    require_uppercase: bool = False
    require_lowercase: bool = False


class SignUpSettings(_Group, frozen=True):
    """Who may sign up."""

    mode: Literal["public", "restricted"] = "public"


class LockoutSettings(_Group, frozen=True):
    """When wrong attempts lock an account."""

    enabled: bool = True
    max_attempts: int = 10
    duration_in_minutes: int = 60


class SessionSettings(_Group, frozen=True):
    """How long a session may live at all, in seconds."""

    lifetime_seconds: int = 7 * 86_400


class MailSettings(_Group, frozen=True):
    """How mail leaves; `password` is stored encrypted."""

    transport: Literal["inbox", "smtp"] = "inbox"
    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str = ""
    from_address: str = "no-reply@localhost"


class DisplaySettings(_Group, frozen=True):
    """What the components show and where they lead."""

    application_name: str = "hallporter"
    support_email: str | None = None
    logo_image_url: str | None = None
    favicon_image_url: str | None = None
    home_url: str = ""
    sign_in_url: str = ""
    sign_up_url: str = ""
    user_profile_url: str = ""
    after_sign_in_url: str = ""
    after_sign_up_url: str = ""
    after_sign_out_one_url: str = ""
    after_sign_out_all_url: str = ""
    after_switch_session_url: str = ""
    help_url: str | None = None
    privacy_policy_url: str | None = None
    terms_url: str | None = None


class Settings(_Group, frozen=True):
    """All settings of an instance, each with the default of a new one."""

    api_version: str | None = None
    """The version served to requests that name none; unset: the undated one."""
    test_mode: bool = False
    """Whether `+clerk_test` addresses take the code 424242."""
    allowed_origins: list[str] = []
    """Origins beside the instance's own that may use the Frontend API and be redirected to."""
    single_session_mode: bool = False
    session_token_ttl_seconds: int = 60
    attributes: Attributes = Attributes()
    password: PasswordSettings = PasswordSettings()
    sign_up: SignUpSettings = SignUpSettings()
    lockout: LockoutSettings = LockoutSettings()
    session: SessionSettings = SessionSettings()
    mail: MailSettings = MailSettings()
    display: DisplaySettings = DisplaySettings()
