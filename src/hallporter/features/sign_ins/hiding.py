"""What a sign-in shows before its first factor is proved, where nobody learns who has an account.

All of it follows from the identifier and the settings, so it is the same for users and strangers.
"""

from hallporter.contract.ids import IdentificationId
from hallporter.contract.scope import Scope
from hallporter.features.identifications import canonical
from hallporter.features.identifications.rows import masked
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.verifications import links
from hallporter.features.verifications.strategy import Factor

_RESETS = {
    "email_address": "reset_password_email_code",
    "phone_number": "reset_password_phone_code",
}


def hides(scope: Scope, row: SignInRow) -> bool:
    """Tell whether a sign-in keeps to itself whether it is anybody's."""
    is_named = row.identifier is not None and row.status == "needs_first_factor"
    return is_named and scope.instance.settings.enumeration_protection


def factors(scope: Scope, identifier: str) -> list[Factor]:
    """Return the first factors of whoever might have this identifier."""
    attributes = scope.instance.settings.attributes
    found = [Factor(strategy="password")] if attributes.password.enabled else []
    spelled = canonical.spelled(identifier)
    if spelled is None or spelled[0] not in _RESETS:
        return found
    type, address = spelled
    attribute = attributes.email_address if type == "email_address" else attributes.phone_number
    if not attribute.identifies:
        return found
    known = ("email_code", links.STRATEGY) if type == "email_address" else ("phone_code",)
    names = [name for name in known if name in attribute.first_factors]
    if attributes.password.enabled:
        names.append(_RESETS[type])
    # A name for the address that tells nothing: a real one is known to whoever has seen it before.
    id = IdentificationId(f"idn_{scope.box.digest('hidden address', address)[:27]}")
    safe = masked(type, address)
    if type == "email_address":
        return found + [
            Factor(strategy=name, safe_identifier=safe, email_address_id=id, primary=True)
            for name in names
        ]
    return found + [
        Factor(strategy=name, safe_identifier=safe, phone_number_id=id, primary=True)
        for name in names
    ]
