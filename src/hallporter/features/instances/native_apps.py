"""What Android and Apple read of an instance before they let its apps open links and passwords."""

from typing import Literal

import msgspec

from hallporter.contract.settings import NativeAppSettings

Relation = Literal[
    "delegate_permission/common.handle_all_urls", "delegate_permission/common.get_login_creds"
]


class AndroidTarget(msgspec.Struct, frozen=True):
    """An app and the certificates that it is signed with."""

    namespace: Literal["android_app"]
    package_name: str
    sha256_cert_fingerprints: list[str]


class AssetLink(msgspec.Struct, frozen=True):
    """A statement about an Android app (developers.google.com/digital-asset-links)."""

    relation: list[Relation]
    target: AndroidTarget


class WebCredentials(msgspec.Struct, frozen=True):
    """The apps that share passwords with the instance's pages."""

    apps: list[str]


class AppleAssociation(msgspec.Struct, frozen=True):
    """Apple's "Supporting associated domains"."""

    webcredentials: WebCredentials


def asset_links(settings: NativeAppSettings) -> list[AssetLink]:
    """Return a statement per Android app."""
    return [
        AssetLink(
            relation=[
                "delegate_permission/common.handle_all_urls",
                "delegate_permission/common.get_login_creds",
            ],
            target=AndroidTarget(
                "android_app", app.package_name, list(app.sha256_cert_fingerprints)
            ),
        )
        for app in settings.android
    ]


def apple_association(settings: NativeAppSettings) -> AppleAssociation:
    """Return the association of Apple's apps."""
    return AppleAssociation(WebCredentials(list(settings.apple)))
