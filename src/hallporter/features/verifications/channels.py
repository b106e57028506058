"""How a code travels to a telephone: as SMS, or as a WhatsApp message."""

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.contract.settings import PhoneCodeChannel, Settings


def offered(settings: Settings) -> list[PhoneCodeChannel]:
    """Return the channels that an instance has, the one it takes by itself first."""
    channels = settings.attributes.phone_number.channels
    return channels if isinstance(channels, list) else ["sms"]


def chosen(scope: Scope, wanted: str | None) -> PhoneCodeChannel:
    """Return the channel that a request asks for; without one, SMS where the instance has it.

    clerk-js switches back to SMS by asking for no channel.
    """
    channels = offered(scope.instance.settings)
    if wanted is None:
        return "sms" if "sms" in channels else channels[0]
    for each in channels:
        if each == wanted:
            return each
    raise errors.form.value_invalid(param="channel")
