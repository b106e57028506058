"""Frontend API endpoints of one's own passkeys."""

from hallporter.contract import errors
from hallporter.contract.callers import Anyone, InPerson, Recent, SignedIn
from hallporter.contract.ids import PasskeyId
from hallporter.contract.objects import Deleted
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features.envelope.envelope import own_reply
from hallporter.features.passkeys import views as passkey_views
from hallporter.features.passkeys.views import Passkey
from hallporter.features.profile.passkeys import actions
from hallporter.features.profile.passkeys.actions import AttemptPasskey, RenamePasskey


@frontend.get("/.well-known/webauthn", readable_anywhere=True)
async def get_web_authn_related_origins(scope: Scope, caller: Anyone) -> None:
    """Tell of none: browsers ask the domain of the passkeys for them, and that is the app's."""
    raise errors.passkey.no_related_origins()


@frontend.post("/v1/me/passkeys")
async def post_passkey(scope: Scope, caller: SignedIn[Recent]) -> Reply:
    """Begin to register a passkey."""
    begun = await actions.create(scope, caller)
    passkey = passkey_views.passkey(
        begun.row, nonce=begun.nonce, expire_at=begun.verification.expire_at
    )
    return await _reply(scope, caller, passkey)


@frontend.get("/v1/me/passkeys/{passkey_id}")
async def read_passkey(scope: Scope, caller: SignedIn, passkey_id: PasskeyId) -> Reply:
    """Return one of one's passkeys."""
    row = await actions.get(scope, caller.user_id, passkey_id)
    return await _reply(scope, caller, passkey_views.passkey(row))


@frontend.post("/v1/me/passkeys/{passkey_id}/attempt_verification", costs="wrong_attempts")
async def attempt_passkey_verification(
    scope: Scope, caller: SignedIn[InPerson], passkey_id: PasskeyId, given: AttemptPasskey
) -> Reply:
    """Register a passkey by the browser's answer."""
    row = await actions.attempt(scope, caller, passkey_id, given.public_key_credential)
    return await _reply(scope, caller, passkey_views.passkey(row))


@frontend.patch("/v1/me/passkeys/{passkey_id}")
async def patch_passkey(
    scope: Scope, caller: SignedIn[InPerson], passkey_id: PasskeyId, given: RenamePasskey
) -> Reply:
    """Call a passkey something else."""
    row = await actions.rename(scope, caller, passkey_id, given)
    return await _reply(scope, caller, passkey_views.passkey(row))


@frontend.delete("/v1/me/passkeys/{passkey_id}")
async def delete_passkey(scope: Scope, caller: SignedIn[Recent], passkey_id: PasskeyId) -> Reply:
    """Remove a passkey."""
    await actions.delete(scope, caller.user_id, passkey_id)
    deleted = Deleted("passkey", passkey_id)
    return await own_reply(scope, caller, lambda _user: deleted)


async def _reply(scope: Scope, caller: SignedIn, passkey: Passkey) -> Reply:
    return await own_reply(scope, caller, lambda _user: passkey)
