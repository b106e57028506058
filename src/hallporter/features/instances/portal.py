"""The account portal: pages that are hosted for an app. There are none; apps draw their own."""

from typing import Literal

import msgspec

from hallporter.contract.instance import Instance
from hallporter.contract.objects import WireObject
from hallporter.contract.scope import Scope


class Customization(msgspec.Struct, frozen=True):
    """How hosted pages would look."""

    appearance: Literal["auto", "dark", "light"] | None
    background_color_dark: str | None
    background_color_light: str | None
    primary_color_dark: str | None
    primary_color_light: str | None


class AccountPortal(WireObject, frozen=True, tag="account_portal"):
    """Whether pages are hosted, and where users go after them."""

    allowed: bool
    enabled: bool
    internal_linking: bool
    after_sign_in_url: str
    after_sign_up_url: str
    after_join_waitlist_url: str
    after_create_organization_url: str
    after_leave_organization_url: str
    logo_link_url: str
    customization: Customization


def account_portal(instance: Instance) -> AccountPortal:
    """Return the portal of an instance: switched off."""
    display = instance.settings.display
    return AccountPortal(
        allowed=False,
        enabled=False,
        internal_linking=False,
        after_sign_in_url=display.after_sign_in_url,
        after_sign_up_url=display.after_sign_up_url,
        after_join_waitlist_url="",
        after_create_organization_url="",
        after_leave_organization_url="",
        logo_link_url=display.home_url,
        customization=Customization("auto", None, None, None, None),
    )


def home_url(scope: Scope) -> str:
    """Return where the instance's users are at home; locally the start page, if nothing else."""
    if scope.instance.settings.display.home_url:
        return scope.instance.settings.display.home_url
    if scope.instance.is_local:
        return scope.public_url
    return f"https://{scope.instance.home_domain}"
