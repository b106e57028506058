"""An instance's settings: kept in the database, changed with `hallporter instance update`."""

from typing import Annotated, Any, Literal

import msgspec

# Bounds stand in the types: what lies outside is refused wherever a setting is changed, and
# read as its default where an earlier release has stored it (`instances/stored_settings.py`).
_LINE = r"\A[^\x00-\x1f\x7f]*\Z"
_WORD = r"\A[^\s\x00-\x1f\x7f]*\Z"
_DATE = r"\A20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z"
_YEAR_SECONDS = 365 * 86_400

Line = Annotated[str, msgspec.Meta(max_length=255, pattern=_LINE)]
"""One line of text, or nothing."""
Url = Annotated[str, msgspec.Meta(max_length=2048, pattern=_WORD)]
"""An address or a path, or nothing."""
Text = Annotated[str, msgspec.Meta(max_length=65_536)]
"""Words of any length that a message may have."""
Key = Annotated[str, msgspec.Meta(max_length=16_384)]
"""A password, a token or a private key in PEM, also once it is encrypted."""
Strategy = Annotated[str, msgspec.Meta(max_length=64, pattern=r"\A[a-z0-9_]+\Z")]
Host = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=_WORD)]

MEANINGS = {
    _LINE: "one line without control characters",
    _WORD: "a text without spaces",
    _DATE: "a date such as 2026-05-12",
}
"""What a pattern asks for, in words: nobody should have to read one."""


class _Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings refuse names they do not know: a typo must not pass for a setting."""


PhoneCodeChannel = Literal["sms", "whatsapp"]


class AttributeSettings(_Group, frozen=True):
    """How one attribute of a user takes part in sign-up and sign-in."""

    enabled: bool = False
    required: bool = False
    used_for_first_factor: bool = False
    first_factors: list[Strategy] = []
    used_for_second_factor: bool = False
    second_factors: list[Strategy] = []
    verifications: list[Strategy] = []
    verify_at_sign_up: bool = False
    immutable: bool = False
    """Whether users may not change it once they have signed up."""
    channels: list[PhoneCodeChannel] | msgspec.UnsetType = msgspec.UNSET
    """Of a phone number: how its codes may travel, the first unless asked; unset: as SMS."""

    @property
    def identifies(self) -> bool:
        """Whether users sign in by naming it."""
        return self.enabled and self.used_for_first_factor

    @property
    def is_second_factor(self) -> bool:
        """Whether users may set it up as their second factor."""
        return self.enabled and self.used_for_second_factor and bool(self.second_factors)


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
    phone_number: AttributeSettings = AttributeSettings(
        used_for_first_factor=True,
        first_factors=["phone_code"],
        used_for_second_factor=True,
        second_factors=["phone_code"],
        verifications=["phone_code"],
        verify_at_sign_up=True,
    )
    username: AttributeSettings = AttributeSettings(used_for_first_factor=True)
    web3_wallet: AttributeSettings = AttributeSettings(
        used_for_first_factor=True,
        first_factors=["web3_metamask_signature"],
        verifications=["web3_metamask_signature"],
        verify_at_sign_up=True,
    )
    first_name: AttributeSettings = AttributeSettings(enabled=True)
    last_name: AttributeSettings = AttributeSettings(enabled=True)
    password: AttributeSettings = AttributeSettings(enabled=True, required=True)
    authenticator_app: AttributeSettings = AttributeSettings(
        enabled=True, used_for_second_factor=True, second_factors=["totp"], verifications=["totp"]
    )
    backup_code: AttributeSettings = AttributeSettings(
        enabled=True, used_for_second_factor=True, second_factors=["backup_code"]
    )
    passkey: AttributeSettings = AttributeSettings(
        used_for_first_factor=True, first_factors=["passkey"], verifications=["passkey"]
    )


class PasswordSettings(_Group, frozen=True):
    """What a new password must be like; lengths in characters."""

    min_length: Annotated[int, msgspec.Meta(ge=8, le=128)] = 8
    max_length: Annotated[int, msgspec.Meta(ge=8, le=128)] = 72
    require_special_char: bool = False
    allowed_special_characters: Line = "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~"
    """Of which characters `require_special_char` asks for one."""
    require_numbers: bool = False
    require_uppercase: bool = False
    require_lowercase: bool = False
    refuse_common: bool = True
    """Whether the ten thousand commonest passwords are refused: needs no network."""
    min_zxcvbn_strength: Literal[0, 1, 2, 3, 4] = 0
    """How long a password must hold against guessing by zxcvbn's scale; 0 asks nothing."""
    show_zxcvbn: bool = False
    """Whether the components tell of that while a password is typed."""
    refuse_breached: bool = False
    """Whether `breached_passwords_url` is asked; it learns five digits of the password's SHA-1."""
    refuse_breached_at_sign_in: bool = False
    """Whether it is asked for right passwords too: whoever has a breached one must reset it."""
    breached_passwords_url: Url = "https://api.pwnedpasswords.com/range/"
    """Have I Been Pwned, or whatever else answers the same; without an answer all may pass."""


class PasskeySettings(_Group, frozen=True):
    """How the components offer passkeys, and what they are worth."""

    allow_autofill: bool = True
    show_sign_in_button: bool = True
    satisfies_second_factor: bool = True
    """Whether a passkey alone signs in who has a second factor: it asks for two things itself."""
    counter: Literal["record", "refuse"] = "record"
    """What becomes of an answer whose counter has not gone on: a copy's, or a lazy device's."""


class TrustedDeviceSettings(_Group, frozen=True):
    """Whether native apps may sign in by a key that their device keeps behind its own lock."""

    sign_in: bool = False
    prompt_after_sign_in: bool = False
    """Whether Clerk's own views offer that after a sign-in."""
    prompt_after_sign_up: bool = False


class UsernameSettings(_Group, frozen=True):
    """How long a username is that users choose for themselves: 4 to 64 characters at most."""

    min_length: Annotated[int, msgspec.Meta(ge=4, le=64)] = 4
    max_length: Annotated[int, msgspec.Meta(ge=4, le=64)] = 64
    allow_extended_special_characters: bool = False
    """Whether they may hold `.`, `!`, `$`, `#`, `+`, `^`, `~` and a grave accent, too."""


class SignUpSettings(_Group, frozen=True):
    """Who may sign up."""

    mode: Literal["public", "restricted", "waitlist"] = "public"
    """`restricted` takes those who are invited, `waitlist` too, and keeps a list of who would."""
    legal_consent_enabled: bool = False
    """Whether whoever signs up has to accept `display.terms_url` and `privacy_policy_url`."""


class RestrictionSettings(_Group, frozen=True):
    """Which identifiers may sign up; the lists themselves are kept through the Backend API."""

    allowlist: bool = False
    """Whether only who is on the allow-list, or invited, may."""
    blocklist: bool = False
    """Whether who is on the block-list may not."""
    block_email_subaddresses: bool = False
    """Whether addresses such as `ada+news@example.com` may not, nor be added by users."""
    block_disposable_email_domains: bool = False
    """Whether addresses of services that hand out mailboxes for minutes may not."""


class EmailLinkSettings(_Group, frozen=True):
    """Who may open a mailed link."""

    require_same_client: bool = True
    """Whether only the browser that asked for it may: otherwise a scanner of mail may, too."""


class LockoutSettings(_Group, frozen=True):
    """When wrong attempts lock an account."""

    enabled: bool = True
    max_attempts: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10
    duration_in_minutes: Annotated[int, msgspec.Meta(ge=1, le=525_600)] = 60


Hourly = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class LimitSettings(_Group, frozen=True):
    """How much may be asked for at once, and again within an hour; 0: without limit.

    An address is one of IPv4, or a network of IPv6 (/64); a /48 has as much as sixteen of them.
    """

    mails_per_address: Hourly = 100
    """Codes and links by mail that one address asks for."""
    sms_per_address: Hourly = 20
    """Codes to telephones that one address asks for."""
    wrong_attempts_per_address: Hourly = 100
    """Wrong passwords, codes and identifiers from one address, over all accounts."""
    sign_ups_per_address: Hourly = 100
    clients_per_address: Hourly = 1_000
    """Browsers and devices that come without a client from one address."""
    sms_per_range: Hourly = 40
    """Codes to telephones whose numbers differ in their last four digits only."""
    sms_per_instance: Hourly = 3_000
    mails_per_instance: Hourly = 30_000


class SessionSettings(_Group, frozen=True):
    """How long a session may live at all, in seconds, and what is told of it."""

    lifetime_seconds: Annotated[int, msgspec.Meta(ge=60, le=10 * _YEAR_SECONDS)] = 7 * 86_400
    inactivity_timeout_seconds: (
        Annotated[int, msgspec.Meta(ge=60, le=10 * _YEAR_SECONDS)] | None
    ) = None
    """After what time without any use it ends before that; unset: never, as at Clerk."""
    tell_of_new_devices: bool = False
    """Whether users hear by mail of a sign-in where they had no session before."""
    city_database: Annotated[str, msgspec.Meta(max_length=4096, pattern=_LINE)] = ""
    """The path of a MaxMind DB file with cities, if there is one: it places users' devices."""
    end_on_replay: bool = False
    """Whether a client token that was replaced ends all sessions of its client if shown again."""


_Days = Annotated[int, msgspec.Meta(ge=1, le=3_650)]


class RetentionSettings(_Group, frozen=True):
    """For how many days is kept what is over; docs/operating/retention.md says what that means."""

    attempts_days: _Days = 30
    """Sign-ins and sign-ups, and the codes, links and visits that belong to them."""
    messages_days: _Days = 30
    """What became of mail and SMS, and in the inbox the messages themselves."""
    sessions_days: _Days = 365
    """Sessions, from their end; as long a user's device is known."""
    events_days: _Days = 90
    """What happened: who did what, to whom, from where."""
    clients_days: _Days = 30
    """Browsers and devices of which no session, sign-in, sign-up or key is kept."""


class EventSettings(_Group, frozen=True):
    """What is written down of what happens."""

    objects: bool = False
    """Whether with each event its object is kept as it was then; until somebody is told of it."""


class MailSettings(_Group, frozen=True):
    """How mail leaves; `password` is stored encrypted."""

    transport: Literal["inbox", "smtp"] = "inbox"
    host: Annotated[str, msgspec.Meta(max_length=255, pattern=_WORD)] = ""
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Line = ""
    password: Key = ""
    from_address: Line = "no-reply@localhost"
    reply_to: Line = ""
    """Where answers go; unset: nowhere else than the sender's address."""


class SmsSettings(_Group, frozen=True):
    """How SMS and WhatsApp messages leave; `password` is stored encrypted."""

    transport: Literal["inbox", "twilio", "http"] = "inbox"
    url: Url = ""
    """Where `http` posts each message; for `twilio` its API, unless another address stands in."""
    account_sid: Line = ""
    """Twilio: the account."""
    username: Line = ""
    """Twilio: an API key, unset: the account; for `http` the user of basic authentication."""
    password: Key = ""
    """Twilio: the auth token or the key's secret; for `http` the password, or a bearer token."""
    from_number: Line = ""
    """The sender in E.164, or Twilio's Messaging Service (`MG…`)."""
    whatsapp_number: Line = ""
    """The sender of WhatsApp messages in E.164."""
    whatsapp_content_sid: Line = ""
    """Twilio: the approved template (`HX…`) that takes the code as its variable 1."""


class MessageTemplate(_Group, frozen=True):
    """An instance's own words for one kind of message; what is unset is said in ours."""

    # Each may be written over several lines: what comes of it is one.
    subject: Text | None = None
    heading: Text | None = None
    before: Text | None = None
    """Paragraphs before the code, the button or the details, an empty line between them."""
    button: Text | None = None
    after: Text | None = None
    """Paragraphs after them."""
    body: Text | None = None
    """The whole mail in MJML or HTML; its plain text is made from the other words."""
    sms: Text | None = None


class SocialSettings(_Group, frozen=True):
    """One provider that users may come from; `client_secret` is stored encrypted.

    What of this a provider needs is told in docs/operating/social.md.
    """

    enabled: bool = True
    authenticatable: bool = True
    """Whether it signs users in and up, or may only be connected to an account."""
    client_id: Line = ""
    client_secret: Key = ""
    """For Apple the private key, in PEM."""
    additional_client_ids: list[Line] = []
    """Clients of native apps whose id tokens are taken too."""
    scopes: list[Line] = []
    """What is asked for beside what signing in needs."""
    block_email_subaddresses: bool = False
    """Whether nobody may sign up with an address such as `ada+news@example.com`."""
    name: Line = ""
    """What the components call a custom provider."""
    logo_url: Url | None = None
    discovery_url: Url = ""
    """Where a custom provider describes itself (OpenID Connect Discovery 1.0 §4)."""
    issuer: Url = ""
    """What a custom provider calls itself, where that is not how `discovery_url` begins."""
    base_url: Url = ""
    """A server of one's own: GitHub Enterprise Server, GitLab self-managed."""
    tenant: Line = ""
    """Microsoft: the only tenant whose users may come."""
    team_id: Line = ""
    """Apple."""
    key_id: Line = ""
    """Apple."""


class AndroidApp(_Group, frozen=True):
    """An Android app that opens the instance's links and keeps its users' passwords."""

    package_name: Annotated[
        str, msgspec.Meta(max_length=255, pattern=r"^[A-Za-z]\w*(\.[A-Za-z]\w*)+$")
    ]
    sha256_cert_fingerprints: list[
        Annotated[str, msgspec.Meta(pattern="^([0-9A-F]{2}:){31}[0-9A-F]{2}$")]
    ]


class NativeAppSettings(_Group, frozen=True):
    """The apps that belong to the instance: what `/.well-known` tells Android and Apple of."""

    android: list[AndroidApp] = []
    apple: list[
        Annotated[str, msgspec.Meta(max_length=255, pattern=r"^[A-Z0-9]{10}\.[A-Za-z0-9.-]+$")]
    ] = []
    """Application identifiers: the team's id, a dot, the bundle's."""


SocialStrategy = Annotated[
    str,
    msgspec.Meta(max_length=64, pattern="^oauth_([a-z]+(_oidc)?|custom_[a-z0-9]+(_[a-z0-9]+)*)$"),
]


Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]


class DisplaySettings(_Group, frozen=True):
    """What the components show and where they lead."""

    application_name: Line = "hallporter"
    preferred_sign_in_strategy: Literal["password", "otp"] = "password"
    """What the components ask for first of who has both; without passwords it is a code."""
    branded: bool = False
    """Whether the components show whose they are."""
    show_devmode_warning: bool = False
    """Whether they say that the instance is one for development."""
    support_email: Line | None = None
    logo_image_url: Url | None = None
    favicon_image_url: Url | None = None
    home_url: Url = ""
    sign_in_url: Url = ""
    sign_up_url: Url = ""
    user_profile_url: Url = ""
    waitlist_url: Url = ""
    after_sign_in_url: Url = ""
    after_sign_up_url: Url = ""
    after_join_waitlist_url: Url = ""
    after_sign_out_one_url: Url = ""
    after_sign_out_all_url: Url = ""
    after_switch_session_url: Url = ""
    help_url: Url | None = None
    privacy_policy_url: Url | None = None
    terms_url: Url | None = None


class Settings(_Group, frozen=True):
    """All settings of an instance, each with the default of a new one."""

    api_version: Annotated[str, msgspec.Meta(pattern=_DATE)] | None = None
    """The version served to requests that name none; unset: the first, for Clients the undated."""
    test_mode: bool = False
    """Whether `+clerk_test` addresses take the code 424242."""
    allowed_origins: list[Url] = []
    """Origins beside the instance's own that may use the Frontend API and be redirected to."""
    satellite_domains: list[Host] = []
    """Other domains on which users are signed in too; `clerk.` before each leads to this server."""
    satellite_proxy_urls: dict[Host, Url] = {}
    """By satellite domain, where its app's own proxy serves the Frontend API instead."""
    native_api: bool = True
    """Whether native apps may call the Frontend API: with a token in a header, without cookies."""
    native_apps: NativeAppSettings = NativeAppSettings()
    single_session_mode: bool = False
    session_token_ttl_seconds: Annotated[int, msgspec.Meta(ge=30, le=86_400)] = 60
    """How long a session token is good: a session that has ended may be believed for as long."""
    session_token_claims: dict[str, Any] = {}
    """Claims beside a session token's own, with the shortcodes of JWT templates."""
    reverification: bool = True
    """Whether users prove themselves anew before they change how their account is protected."""
    client_trust: bool = False
    """Whether who signs in by password in a new browser proves an address too (Device Trust).

    Off, though Clerk's newest instances have it on: an update must not ask users for a code whose
    app has no step for it, nor before there is a mail server.
    """
    enumeration_protection: bool = False
    """Whether nobody learns who has an account before they have proved that it is theirs."""
    require_multi_factor: bool = False
    """Whether sessions of users without a second factor are pending until they have one."""
    force_organization_selection: bool = False
    """Whether new sessions are pending until an organization is chosen: refused, there are none."""
    maintenance_mode: bool = False
    """Whether nothing may be changed just now; sessions go on and may end."""
    delete_self: bool = True
    """Whether users may delete their accounts; each user may be denied it as well."""
    attributes: Attributes = Attributes()
    preferred_channels: dict[Country, PhoneCodeChannel] = {}
    """By country (`DE`), how the components first ask for codes to its numbers."""
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
    """Words by the kind of message: `verification_code`, and so on."""
    social: dict[SocialStrategy, SocialSettings] = {}
    """Providers by strategy: `oauth_google`, or `oauth_custom_…` for one of your own."""
    social_callback_url: Url = ""
    """Where providers send browsers back to; unset: `/v1/oauth_callback` where we were called."""
    display: DisplaySettings = DisplaySettings()
