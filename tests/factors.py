"""Second factors given to users without a walk through a profile page."""

from dataclasses import dataclass

import pyotp
from msgspec.structs import replace
from pyotp.totp import TOTP

from hallporter.contract.ids import InstanceId, UserId
from hallporter.core.clock import SECOND
from hallporter.features.credentials import store as credential_store
from tests.harness import Clock, Tenant


@dataclass(frozen=True)
class App:
    """An authenticator app with one account in it."""

    secret: str
    clock: Clock

    def code(self, steps: int = 0) -> str:
        """Return the code of this moment, or of some steps later or (negative) earlier."""
        return TOTP(self.secret).generate_otp(self.clock.now() // SECOND // 30 + steps)


def add_app(tenant: Tenant, user_id: str, *, backup_codes: tuple[str, ...] = ()) -> App:
    """Give a user an authenticator app, and backup codes beside it."""
    harness = tenant.harness
    secret = pyotp.random_base32()

    async def add() -> None:
        ids = InstanceId(tenant.id), UserId(user_id)
        row = await credential_store.credentials(harness.open.db, *ids)
        assert row is not None
        box = harness.open.box
        changed = replace(
            row,
            totp_secret_encrypted=box.encrypt(secret),
            backup_code_hashes=[box.digest("backup code", code) for code in backup_codes],
            mfa_enabled_at=harness.clock.now(),
        )
        async with harness.open.db.write() as tx:
            await credential_store.upsert_credentials(tx, changed)

    harness.run(add())
    return App(secret, harness.clock)
