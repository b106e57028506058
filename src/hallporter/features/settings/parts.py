"""What each feature has to say of an instance's settings: the table of contents.

A feature that brings settings has a module `settings` with its rules, which say what contradicts
itself or is unsafe, and with `environment`, which says what browsers are told.
"""

from collections.abc import Callable
from typing import Any

from hallporter.contract.instance import Instance
from hallporter.contract.settings_rules import Rule
from hallporter.features.clients import settings as clients
from hallporter.features.credentials import settings as credentials
from hallporter.features.external_accounts import settings as external_accounts
from hallporter.features.identifications import settings as identifications
from hallporter.features.instances import settings as instances
from hallporter.features.invitations import settings as invitations
from hallporter.features.messages import settings as messages
from hallporter.features.passkeys import settings as passkeys
from hallporter.features.restrictions import settings as restrictions
from hallporter.features.reverifications import settings as reverifications
from hallporter.features.sessions import settings as sessions
from hallporter.features.settings import absent
from hallporter.features.sign_ins import settings as sign_ins
from hallporter.features.sign_ups import settings as sign_ups
from hallporter.features.testing import settings as testing
from hallporter.features.trusted_devices import settings as trusted_devices
from hallporter.features.users import settings as users
from hallporter.features.verifications import settings as verifications
from hallporter.features.web3_wallets import settings as web3_wallets

# In the order in which an operator reads what is wrong.
RULES: tuple[Rule, ...] = (
    testing.no_strangers,
    messages.somewhere_to_go,
    instances.secret_keys,
    messages.mail,
    messages.sms,
    external_accounts.providers,
    messages.own_words,
    identifications.email_addresses,
    identifications.usernames,
    sign_ups.terms,
    web3_wallets.wallets,
    identifications.attributes,
    identifications.phone_numbers,
    sign_ins.ways_in,
    sessions.second_factors,
    invitations.reach,
    verifications.channels,
    credentials.passwords,
    trusted_devices.native_apps,
    sign_ins.new_browsers,
    sessions.organizations,
    sign_ins.hidden_accounts,
    instances.origins,
    clients.satellites,
)

# Each says its own part of the Environment, and none what another says.
ENVIRONMENT: tuple[Callable[[Instance], dict[str, Any]], ...] = (
    absent.environment,
    credentials.environment,
    external_accounts.environment,
    identifications.environment,
    instances.environment,
    passkeys.environment,
    restrictions.environment,
    reverifications.environment,
    sessions.environment,
    sign_ins.environment,
    sign_ups.environment,
    testing.environment,
    trusted_devices.environment,
    users.environment,
    verifications.environment,
)
