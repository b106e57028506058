"""How much one sender, mailbox, range of numbers or instance may ask for."""

from typing import Annotated

import msgspec

from hallporter.contract.settings.values import Group

Hourly = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class LimitSettings(Group, frozen=True):
    """How much may be asked for at once, and again within an hour; 0: without limit.

    An address is one of IPv4, or a network of IPv6 (/64); a /48 has as much as sixteen of them.
    What is counted, and what is not: docs/operating/limits.md.
    """

    mails_per_address: Hourly = 100
    """Codes and links by mail that one address asks for."""
    sms_per_address: Hourly = 20
    """Codes to telephones that one address asks for."""
    wrong_attempts_per_address: Hourly = 100
    """Wrong passwords, codes and identifiers from one address, over all accounts."""
    sign_ups_per_address: Hourly = 100
    """Sign-ups begun from one address."""
    clients_per_address: Hourly = 1_000
    """Browsers and devices that come without a client from one address."""
    sms_per_range: Hourly = 40
    """Codes to telephones whose numbers differ in their last four digits only."""
    sms_per_instance: Hourly = 3_000
    """Codes to telephones of the whole instance."""
    mails_per_instance: Hourly = 30_000
    """Codes and links by mail of the whole instance."""
