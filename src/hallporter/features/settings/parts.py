"""What each feature has to say of an instance's settings: the table of contents.

A feature that brings settings has a module `settings` with its rules, which say what contradicts
itself or is unsafe, and with `environment`, which says what browsers are told.
"""

from collections.abc import Callable
from typing import Any

from hallporter.contract.instance import Instance
from hallporter.contract.settings_rules import Rule
from hallporter.features.clients import settings as client_settings
from hallporter.features.credentials import settings as credential_settings
from hallporter.features.external_accounts import settings as external_account_settings
from hallporter.features.identifications import settings as identification_settings
from hallporter.features.instances import settings as instance_settings
from hallporter.features.invitations import settings as invitation_settings
from hallporter.features.messages import settings as message_settings
from hallporter.features.passkeys import settings as passkey_settings
from hallporter.features.restrictions import settings as restriction_settings
from hallporter.features.reverifications import settings as reverification_settings
from hallporter.features.sessions import settings as session_settings
from hallporter.features.settings import absent
from hallporter.features.sign_ins import settings as sign_in_settings
from hallporter.features.sign_ups import settings as sign_up_settings
from hallporter.features.testing import settings as testing_settings
from hallporter.features.trusted_devices import settings as trusted_device_settings
from hallporter.features.users import settings as user_settings
from hallporter.features.verifications import settings as verification_settings
from hallporter.features.web3_wallets import settings as web3_wallet_settings

# In the order in which an operator reads what is wrong.
RULES: tuple[Rule, ...] = (
    testing_settings.no_strangers,
    message_settings.somewhere_to_go,
    instance_settings.secret_keys,
    message_settings.mail,
    message_settings.sms,
    external_account_settings.providers,
    message_settings.own_words,
    identification_settings.email_addresses,
    identification_settings.usernames,
    sign_up_settings.terms,
    web3_wallet_settings.wallets,
    identification_settings.attributes,
    identification_settings.phone_numbers,
    sign_in_settings.ways_in,
    session_settings.second_factors,
    invitation_settings.reach,
    verification_settings.channels,
    credential_settings.passwords,
    trusted_device_settings.native_apps,
    sign_in_settings.new_browsers,
    session_settings.organizations,
    sign_in_settings.hidden_accounts,
    instance_settings.origins,
    client_settings.satellites,
)

# Each says its own part of the Environment, and none what another says.
ENVIRONMENT: tuple[Callable[[Instance], dict[str, Any]], ...] = (
    absent.environment,
    credential_settings.environment,
    external_account_settings.environment,
    identification_settings.environment,
    instance_settings.environment,
    passkey_settings.environment,
    restriction_settings.environment,
    reverification_settings.environment,
    session_settings.environment,
    sign_in_settings.environment,
    sign_up_settings.environment,
    testing_settings.environment,
    trusted_device_settings.environment,
    user_settings.environment,
    verification_settings.environment,
)
