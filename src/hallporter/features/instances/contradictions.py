"""Settings that cannot both be meant, as sentences; each names what to change."""

from collections.abc import Iterator

import msgspec

from hallporter.contract.settings import AttributeSettings, Settings

# Each finding: what is wrong, after the instance's name, and what would put it right.
Finding = tuple[str, str]

_EMAIL, _PHONE = "attributes.email_address", "attributes.phone_number"
_IDENTIFIERS = ("email_address", "phone_number", "username", "web3_wallet")


def found_in(settings: Settings) -> Iterator[Finding]:
    """Return what contradicts itself in an instance's settings."""
    yield from _attributes(settings)
    yield from _ways_in(settings)
    yield from _telephones(settings)
    yield from _passwords(settings)
    yield from _devices(settings)
    yield from _promises(settings)


def _attributes(settings: Settings) -> Iterator[Finding]:
    for name in settings.attributes.__struct_fields__:
        attribute: AttributeSettings = getattr(settings.attributes, name)
        path = f"attributes.{name}"
        if attribute.required and not attribute.enabled:
            yield (
                f"asks everybody for {name} and takes none",
                f"{path}.enabled=true, or {path}.required=false",
            )
        if name != "phone_number" and attribute.channels is not msgspec.UNSET:
            yield f"has channels for {name}, which is no telephone", f"{path}=…"
    attributes = settings.attributes
    if not any(getattr(attributes, name).enabled for name in _IDENTIFIERS):
        yield "has nothing to know its users by", f"{_EMAIL}.enabled=true"
    number = attributes.phone_number
    if number.enabled and number.verify_at_sign_up and not number.verifications:
        yield (
            "has numbers proved at sign-up and no way to do so",
            f"""'{_PHONE}.verifications=["phone_code"]'""",
        )
    for name in ("first_factors", "second_factors", "verifications"):
        for each in getattr(number, name):
            if each != "phone_code":
                yield (
                    f"cannot prove numbers by {each}",
                    f"""'{_PHONE}.{name}=["phone_code"]'""",
                )


def _ways_in(settings: Settings) -> Iterator[Finding]:
    attributes = settings.attributes
    proofs = (attributes.email_address, attributes.phone_number, attributes.web3_wallet)
    by_proof = any(each.enabled and each.first_factors for each in proofs)
    by_provider = any(each.enabled and each.authenticatable for each in settings.social.values())
    by_itself = attributes.passkey.enabled or by_provider
    if not (attributes.password.enabled or by_proof or by_itself):
        yield "lets nobody sign in: no password, no code", "attributes.password.enabled=true"
    identifiers = [getattr(attributes, name) for name in _IDENTIFIERS]
    is_known = by_itself or any(each.identifies for each in identifiers)
    if not is_known and any(each.enabled for each in identifiers):
        yield (
            "lets nobody sign in: there is nothing to name oneself by",
            f"{_EMAIL}.used_for_first_factor=true",
        )
    seconds = (attributes.authenticator_app, attributes.phone_number)
    if settings.require_multi_factor and not any(each.is_second_factor for each in seconds):
        yield (
            "asks for a second factor and has none",
            "attributes.authenticator_app.enabled=true, or require_multi_factor=false",
        )
    if settings.sign_up.mode != "public" and not attributes.email_address.enabled:
        yield (
            f"is {settings.sign_up.mode}, and invitations are for email addresses only",
            f"{_EMAIL}.enabled=true, or sign_up.mode=public",
        )


def _telephones(settings: Settings) -> Iterator[Finding]:
    number, sms = settings.attributes.phone_number, settings.sms
    channels = number.channels if isinstance(number.channels, list) else ["sms"]
    if not channels:
        yield "has no channel for codes to telephones", f"{_PHONE}.channels=…"
    for country, channel in settings.preferred_channels.items():
        if channel not in channels:
            yield (
                f"prefers {channel} in {country} and does not have it",
                f"""'{_PHONE}.channels=["sms","{channel}"]'""",
            )
    if not number.enabled or sms.transport != "twilio":
        return
    for channel, sender, setting in (
        ("sms", sms.from_number, "from_number"),
        ("whatsapp", sms.whatsapp_number, "whatsapp_number"),
    ):
        # Without any sender at all that is said once, elsewhere.
        if channel in channels and not sender and (sms.from_number or sms.whatsapp_number):
            yield f"sends codes by {channel} and has no sender for it", f"sms.{setting}=+1…"


def _passwords(settings: Settings) -> Iterator[Finding]:
    password, attributes = settings.password, settings.attributes
    if password.min_length > password.max_length:
        yield "asks for passwords longer than they may be", "password.max_length=72"
    if password.require_special_char and not password.allowed_special_characters:
        yield (
            "asks for a special character in passwords and knows none",
            "password.require_special_char=false",
        )
    if password.refuse_breached_at_sign_in and not (
        attributes.email_address.enabled or attributes.phone_number.enabled
    ):
        yield (
            "refuses breached passwords at sign-in and has no way to reset one",
            f"{_EMAIL}.enabled=true, or password.refuse_breached_at_sign_in=false",
        )


def _devices(settings: Settings) -> Iterator[Finding]:
    device = settings.trusted_device
    if device.sign_in and not settings.native_api:
        yield (
            "signs in by keys of native apps, which may not call it",
            "native_api=true, or trusted_device.sign_in=false",
        )
    if (device.prompt_after_sign_in or device.prompt_after_sign_up) and not device.sign_in:
        yield (
            "has its users asked to enrol, and takes no keys of native apps",
            "trusted_device.sign_in=true",
        )
    attributes = settings.attributes
    if settings.client_trust and not (
        attributes.email_address.enabled or attributes.phone_number.enabled
    ):
        yield (
            "trusts no new browser of its users, and has nothing to ask them by",
            f"{_EMAIL}.enabled=true, or client_trust=false",
        )


def _promises(settings: Settings) -> Iterator[Finding]:
    if settings.force_organization_selection:
        yield (
            "waits for its users to choose an organization, and this release has none: nobody "
            "would ever be signed in",
            "force_organization_selection=false",
        )
    if not settings.enumeration_protection:
        return
    for name in ("email_address", "phone_number"):
        attribute: AttributeSettings = getattr(settings.attributes, name)
        if attribute.enabled and not attribute.verify_at_sign_up:
            yield (
                f"hides who has an account, and tells at sign-up, which proves no {name}",
                f"attributes.{name}.verify_at_sign_up=true, or enumeration_protection=false",
            )
    if settings.attributes.web3_wallet.enabled:
        yield (
            "hides who has an account, and signs in by wallet, which asks nobody but users",
            "attributes.web3_wallet.enabled=false, or enumeration_protection=false",
        )
