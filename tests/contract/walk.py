"""A walk past every operation of the server, with whatever version a caller may name."""

from hallporter.contract.api_version import ApiVersion
from hallporter.contract.settings import (
    Attributes,
    AttributeSettings,
    Settings,
    TrustedDeviceSettings,
)
from tests import links, wallets
from tests.contract.recording import Recorded, Recorder
from tests.harness import (
    Tenant,
)
from tests.nouns import PARTS
from tests.nouns.walker import Walker

# Everything that an operation may need is switched on.
SETTINGS = Settings(
    test_mode=True,
    trusted_device=TrustedDeviceSettings(sign_in=True),
    attributes=Attributes(
        email_address=links.settings().attributes.email_address,
        username=AttributeSettings(enabled=True, used_for_first_factor=True),
        passkey=AttributeSettings(enabled=True, used_for_first_factor=True),
        web3_wallet=wallets.settings().attributes.web3_wallet,
        phone_number=AttributeSettings(
            enabled=True,
            used_for_first_factor=True,
            first_factors=["phone_code"],
            used_for_second_factor=True,
            second_factors=["phone_code"],
            verifications=["phone_code"],
        ),
    ),
)


def walk(tenant: Tenant, version: ApiVersion, recorder: Recorder | None = None) -> list[Recorded]:
    """Call every operation that `version` has, and return all replies."""
    recorder = recorder or Recorder()
    with tenant.backend(version) as backend:
        recorder.listen(backend)
        walker = Walker(tenant, version, recorder, backend)
        for part in PARTS:
            for each in part.walks:
                each(walker)
    return recorder.replies
