"""What an instance looks like, and which apps are its own."""

from typing import Annotated, Literal

import msgspec

from hallporter.contract.settings.values import Group, Line, Url


class AndroidApp(Group, frozen=True):
    """An Android app that opens the instance's links and keeps its users' passwords."""

    package_name: Annotated[
        str,
        msgspec.Meta(
            max_length=255, pattern=r"\A[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+\Z"
        ),
    ]
    """What the app is called in the store, such as `com.example.app`."""
    sha256_cert_fingerprints: list[
        Annotated[str, msgspec.Meta(pattern=r"\A([0-9A-F]{2}:){31}[0-9A-F]{2}\Z")]
    ]
    """The certificates that it is signed with: `AB:…`."""


class NativeAppSettings(Group, frozen=True):
    """The apps that belong to the instance: what `/.well-known` tells Android and Apple of."""

    android: list[AndroidApp] = []
    """For `/.well-known/assetlinks.json`.

    Such as `[{"package_name":"com.example.app","sha256_cert_fingerprints":["AB:…"]}]`.
    """
    apple: list[
        Annotated[str, msgspec.Meta(max_length=255, pattern=r"\A[A-Z0-9]{10}\.[A-Za-z0-9.-]+\Z")]
    ] = []
    """Application identifiers: the team's id, a dot, the bundle's.

    For `/.well-known/apple-app-site-association`, such as `["ABCDE12345.com.example.app"]`.
    """


class DisplaySettings(Group, frozen=True):
    """What the components show and where they lead; logo, support and addresses in mails too."""

    application_name: Line = "hallporter"
    """The name in forms and messages."""
    preferred_sign_in_strategy: Literal["password", "otp"] = "password"
    """What the components ask for first of who has both; without passwords it is a code."""
    branded: bool = False
    """Whether the components show whose they are."""
    show_devmode_warning: bool = False
    """Whether they say that the instance is one for development."""
    support_email: Line | None = None
    """Where users ask for help."""
    logo_image_url: Url | None = None
    """The logo, above forms and mails."""
    favicon_image_url: Url | None = None
    """The small picture of a page."""
    home_url: Url = ""
    """Where users are at home, and where `/v1/redirect` leads without a target.

    Unset: the domain that the frontend host belongs to.
    """
    sign_in_url: Url = ""
    """The page with the sign-in."""
    sign_up_url: Url = ""
    """The page with the sign-up."""
    user_profile_url: Url = ""
    """The page with the profile."""
    waitlist_url: Url = ""
    """The page with the waitlist, for strangers in that mode."""
    after_sign_in_url: Url = ""
    """Where users go after a sign-in."""
    after_sign_up_url: Url = ""
    """Where users go after a sign-up."""
    after_join_waitlist_url: Url = ""
    """Where people go after they joined the waitlist."""
    after_sign_out_one_url: Url = ""
    """Where users go after they signed out of one of several sessions."""
    after_sign_out_all_url: Url = ""
    """Where users go after they signed out of all."""
    after_switch_session_url: Url = ""
    """Where users go after they changed to another session."""
    help_url: Url | None = None
    """A page that helps."""
    privacy_policy_url: Url | None = None
    """What is done with data."""
    terms_url: Url | None = None
    """What users agree to."""
