"""What a sign-in shows before its first factor is proved, with enumeration protection on.

It is computed from the identifier and the settings alone, so it is the same whether there is a user
or not.
"""

from hallporter.contract.ids import IdentificationId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import AttributeSettings
from hallporter.features import strategies
from hallporter.features.identifications import canonical
from hallporter.features.identifications.rows import masked
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.strategies.strategy import Named
from hallporter.features.verifications.factors import Factor


def hides(scope: Scope, row: SignInRow) -> bool:
    """Tell whether a sign-in must not reveal whether there is a user."""
    is_named = row.identifier is not None and row.status == "needs_first_factor"
    return is_named and scope.instance.settings.enumeration_protection


def factors(scope: Scope, identifier: str) -> list[Factor]:
    """Return the first factors that a user with this identifier could have."""
    return strategies.offered_to_anybody(scope.instance, named(scope, identifier))


def named(scope: Scope, identifier: str) -> Named | None:
    """Return an identifier as a reply shows it to its sender; None where nothing is sent to it."""
    spelled = canonical.spelled(identifier)
    if spelled is None or spelled[0] not in ("email_address", "phone_number"):
        return None
    type, address = spelled
    attribute: AttributeSettings = getattr(scope.instance.settings.attributes, type)
    if not attribute.identifies:
        return None
    # A made-up id. A real one could be recognised by somebody who has seen it before.
    id = IdentificationId(f"idn_{scope.box.digest('hidden address', address)[:27]}")
    return Named(type, id, masked(type, address), address)
