"""An identity that a provider has proved, as part of a sign-up."""

from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import LONGEST_NAME
from hallporter.core.database import Write
from hallporter.features.external_accounts import linking
from hallporter.features.identifications import canonical
from hallporter.features.identifications import store as identification_store
from hallporter.features.identifications.rows import IdentificationType
from hallporter.features.sign_ups.rows import SignUpRow
from hallporter.features.verifications import waiting
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.visits import actions as visit_actions
from hallporter.features.visits import store as visit_store
from hallporter.features.visits.external_proofs import ExternalProof


async def of_sign_up(scope: Scope, row: SignUpRow) -> ExternalProof | None:
    """Return the identity that a provider has proved for a sign-up, if there is one."""
    if row.external_verification_id is None:
        return None
    found = await visit_store.verification_by_id(
        scope.db, scope.instance.id, row.external_verification_id
    )
    identity = None if found is None else visit_actions.identity_of(scope, found)
    if found is None or identity is None or found.status != "verified":
        return None
    return ExternalProof(found, identity)


async def filled(scope: Scope, row: SignUpRow, external_proof: ExternalProof) -> SignUpRow:
    """Return the sign-up with empty fields filled from the provider's claims.

    An identifier that another user has is left out. Raises when the address may not sign up.
    """
    attributes, identity = scope.instance.settings.attributes, external_proof.identity
    address = linking.address_of(identity)
    _refuse_subaddress(scope, external_proof.strategy, address)
    changes: dict[str, str] = {}
    claimed: tuple[tuple[IdentificationType, str | None], ...] = (
        ("email_address", address),
        ("username", _username(identity.username)),
    )
    for type, spelled in claimed:
        is_wanted = getattr(attributes, type).enabled and getattr(row, type) is None
        if is_wanted and spelled is not None and await _is_free(scope, type, spelled):
            changes[type] = spelled
    for name in ("first_name", "last_name"):
        is_wanted = getattr(attributes, name).enabled and getattr(row, name) is None
        found: str | None = getattr(identity, name)
        if is_wanted and found is not None and len(found) <= LONGEST_NAME:
            changes[name] = found
    return replace(row, external_verification_id=external_proof.verification.id, **changes)


def proof_of_email(
    scope: Scope, row: SignUpRow, external_proof: ExternalProof
) -> VerificationRow | None:
    """Return the proof of a sign-up's address when it is the one that the provider vouches for."""
    address = linking.proved_address(external_proof.identity)
    if address is None or address != row.email_address:
        return None
    return waiting.new_verification(
        scope, f"from_{external_proof.strategy}", expire_at=scope.now, status="verified"
    )


async def settle(tx: Write, scope: Scope, external_proof: ExternalProof, user_id: UserId) -> None:
    """Link the account to the new user; raises when another user has it by now."""
    await linking.attach(tx, scope, user_id, external_proof.strategy, external_proof.identity)
    await visit_store.forget_identity(tx, scope.instance.id, external_proof.verification.id)


def _refuse_subaddress(scope: Scope, strategy: str, address: str | None) -> None:
    settings = scope.instance.settings.social.get(strategy)
    if settings is None or not settings.block_email_subaddresses or address is None:
        return
    if canonical.is_subaddress(address):
        raise errors.oauth.subaddress_blocked()


async def _is_free(scope: Scope, type: IdentificationType, spelled: str) -> bool:
    found = await identification_store.owned_identification(
        scope.db, scope.instance.id, type, spelled
    )
    return found is None


def _username(given: str | None) -> str | None:
    if given is None:
        return None
    try:
        spelled = canonical.username(given, param="username")
    except ApiError:
        # The provider allows other names than we do; the user is asked for one.
        return None
    return spelled if canonical.is_plain_username(spelled) else None
