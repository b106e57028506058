"""An instance's settings: kept in the database, changed with `hallporter instance update`.

Each feature has a module here with the names of its settings, their bounds and what they mean;
attributes of users, which many features ask, have their own. What else a feature has to say of its
settings (what contradicts itself, what browsers are told) is in `features/<feature>/settings.py`.
"""

from typing import Annotated, Any

import msgspec

from hallporter.contract.settings.attributes import (
    Attributes,
    AttributeSettings,
    PhoneCodeChannel,
)
from hallporter.contract.settings.clean_up import RetentionSettings
from hallporter.contract.settings.credentials import PasswordSettings
from hallporter.contract.settings.events import EventSettings
from hallporter.contract.settings.external_accounts import SocialSettings, SocialStrategy
from hallporter.contract.settings.identifications import UsernameSettings
from hallporter.contract.settings.instances import DisplaySettings, NativeAppSettings
from hallporter.contract.settings.limits import LimitSettings
from hallporter.contract.settings.messages import MailSettings, MessageTemplate, SmsSettings
from hallporter.contract.settings.passkeys import PasskeySettings
from hallporter.contract.settings.restrictions import RestrictionSettings
from hallporter.contract.settings.sessions import SessionSettings
from hallporter.contract.settings.sign_ups import SignUpSettings
from hallporter.contract.settings.trusted_devices import TrustedDeviceSettings
from hallporter.contract.settings.users import LockoutSettings
from hallporter.contract.settings.values import Country, Date, Group, Host, Strategy, Url
from hallporter.contract.settings.verifications import EmailLinkSettings

__all__ = [
    "AttributeSettings",
    "Attributes",
    "DisplaySettings",
    "EmailLinkSettings",
    "EventSettings",
    "LimitSettings",
    "LockoutSettings",
    "MailSettings",
    "MessageTemplate",
    "NativeAppSettings",
    "PasskeySettings",
    "PasswordSettings",
    "PhoneCodeChannel",
    "RestrictionSettings",
    "RetentionSettings",
    "SessionSettings",
    "Settings",
    "SignUpSettings",
    "SmsSettings",
    "SocialSettings",
    "TrustedDeviceSettings",
    "UsernameSettings",
]


class Settings(Group, frozen=True):
    """All settings of an instance, each with the default of a new one."""

    api_version: Date | None = None
    """The version served to requests that name none; unset: the first, for Clients the undated."""
    test_mode: bool = False
    """Whether `+clerk_test` addresses take the code 424242. Local instances only.

    `true` on the instance that the first start makes.
    """
    allowed_origins: list[Url] = []
    """Origins beside the instance's own that may use the Frontend API and be redirected to."""
    satellite_domains: list[Host] = []
    """Other domains on which users are signed in too; `clerk.` before each leads to this server.

    See docs/operating/satellites.md.
    """
    satellite_proxy_urls: dict[Host, Url] = {}
    """By satellite domain, where its app's own proxy serves the Frontend API instead."""
    native_api: bool = True
    """Whether native apps may call the Frontend API: with a token in a header, without cookies.

    An app that sends an `Origin`, like `tauri://localhost`, needs it among `allowed_origins`.
    """
    native_apps: NativeAppSettings = NativeAppSettings()
    single_session_mode: bool = False
    """Whether a browser has one user at a time."""
    session_token_ttl_seconds: Annotated[int, msgspec.Meta(ge=30, le=86_400)] = 60
    """How long a session token is good: a session that has ended may be believed for as long."""
    session_token_claims: dict[str, Any] = {}
    """Claims beside a session token's own, with the shortcodes of JWT templates.

    See docs/operating/jwt-templates.md.
    """
    reverification: bool = True
    """Whether users prove themselves anew before they change how their account is protected.

    By their strongest factor, unless they did so in the last ten minutes; how it is reached counts,
    too. A proof that was begun is brought to its end first.
    """
    client_trust: bool = False
    """Whether who signs in by password in a new browser proves an address too (Device Trust).

    Off, though Clerk's newest instances have it on: an update must not ask users for a code whose
    app has no step for it, nor before there is a mail server. See
    docs/operating/devices.md#new-browsers.
    """
    enumeration_protection: bool = False
    """Whether nobody learns who has an account before they have proved that it is theirs.

    What that means: docs/operating/enumeration.md.
    """
    require_multi_factor: bool = False
    """Whether sessions of users without a second factor are pending until they have one."""
    force_organization_selection: bool = False
    """Whether new sessions are pending until an organization is chosen: refused, there are none.

    A session that an earlier release left with the task `choose-organization` is pending
    (`sts: pending`) until it ends.
    """
    maintenance_mode: bool = False
    """Whether nothing may be changed just now; sessions go on, are renewed and may end.

    Every change is answered 503 `maintenance_mode`, in both APIs.
    """
    delete_self: bool = True
    """Whether users may delete their accounts; each user may be denied it as well."""
    attributes: Attributes = Attributes()
    preferred_channels: dict[Country, PhoneCodeChannel] = {}
    """By country, how the components first ask for codes to its numbers: `{"BR":"whatsapp"}`."""
    password: PasswordSettings = PasswordSettings()
    passkey: PasskeySettings = PasskeySettings()
    trusted_device: TrustedDeviceSettings = TrustedDeviceSettings()
    username: UsernameSettings = UsernameSettings()
    sign_up: SignUpSettings = SignUpSettings()
    restrictions: RestrictionSettings = RestrictionSettings()
    email_link: EmailLinkSettings = EmailLinkSettings()
    lockout: LockoutSettings = LockoutSettings()
    limits: LimitSettings = LimitSettings()
    session: SessionSettings = SessionSettings()
    retention: RetentionSettings = RetentionSettings()
    events: EventSettings = EventSettings()
    mail: MailSettings = MailSettings()
    sms: SmsSettings = SmsSettings()
    message_templates: dict[Strategy, MessageTemplate] = {}
    """Words by the kind of message, such as `verification_code`."""
    social: dict[SocialStrategy, SocialSettings] = {}
    """Providers by strategy: `oauth_google`, or `oauth_custom_…` for one of your own."""
    social_callback_url: Url = ""
    """Where providers send browsers back to; unset: `/v1/oauth_callback` where we were called."""
    display: DisplaySettings = DisplaySettings()
