"""What an operator does with signing keys: replace one in time, or at once when it has leaked."""

from hallporter.contract import ids
from hallporter.contract.ids import InstanceId
from hallporter.core.clock import SECOND
from hallporter.core.crypto_box import CryptoBox
from hallporter.core.database import Database, Reader
from hallporter.core.operator_error import OperatorError
from hallporter.features.instances import signing, store
from hallporter.features.instances.rows import SigningKeyRow
from hallporter.features.instances.signing import Stages
from hallporter.tokens import keys

HEARD_OF = SECOND
"""In what time every process has read a change (twice a second they look)."""


async def at(db: Reader, instance_id: InstanceId, now: int) -> Stages:
    """Return the stages of an instance's signing keys."""
    return signing.stages(
        await store.signing_keys(db, instance_id),
        await store.signing_key_times(db, instance_id),
        now,
    )


def jwt_key(box: CryptoBox, row: SigningKeyRow) -> str:
    """Return a key's public half, as `CLERK_JWT_KEY` has it."""
    return keys.one_line_pem(keys.load(row.kid, box.decrypt(row.private_key_encrypted)))


async def rotate(
    db: Database, box: CryptoBox, instance_id: InstanceId, *, signs_from: int, now: int
) -> SigningKeyRow:
    """Make a key that is published within a second and signs from `signs_from`."""
    row = _new(box, instance_id, now)
    async with db.write() as tx:
        await store.lock_instance(tx, instance_id)
        coming = (await at(tx, instance_id, now)).coming
        if coming:
            raise OperatorError(
                f"{coming[0].row.kid} is on its way already: let it sign first, or take it back "
                f"with `hallporter keys revoke {coming[0].row.kid}`."
            )
        await store.insert_signing_key(tx, row)
        await store.set_signs_from(tx, instance_id, row.kid, signs_from)
        await store.raise_revision(tx, instance_id)
    return row


async def replace_leaked(
    db: Database, box: CryptoBox, instance_id: InstanceId, now: int
) -> SigningKeyRow:
    """Make a key that signs in a second, and publish no other after two.

    Between these everybody has heard of it who might be asked for keys.
    """
    row = _new(box, instance_id, now)
    async with db.write() as tx:
        await store.lock_instance(tx, instance_id)
        before = await store.signing_keys(tx, instance_id)
        await store.insert_signing_key(tx, row)
        await store.set_signs_from(tx, instance_id, row.kid, now + HEARD_OF)
        for each in before:
            await store.withdraw_signing_key(tx, instance_id, each.kid, now + 2 * HEARD_OF)
        await store.raise_revision(tx, instance_id)
    return row


async def revoke(db: Database, instance_id: InstanceId, kid: str, now: int) -> str:
    """Take a key one stage on, and say so: one that leaves is withdrawn, any other deleted."""
    async with db.write() as tx:
        await store.lock_instance(tx, instance_id)
        found = await at(tx, instance_id, now)
        if kid == found.current.row.kid:
            raise OperatorError(
                f"{kid} is the key that signs: replace it with `hallporter keys rotate --signing`, "
                "or with `--now` too if it has leaked."
            )
        if kid in [each.row.kid for each in found.leaving]:
            await store.withdraw_signing_key(tx, instance_id, kid, now)
            said = f"Withdrew {kid}: it is no longer published, and its tokens verify nowhere."
        elif await store.delete_signing_key(tx, instance_id, kid):
            said = f"Deleted {kid}: browsers that had nothing newer sign in again."
        else:
            raise OperatorError(f"There is no key {kid}: `hallporter keys list`.")
        await store.raise_revision(tx, instance_id)
    return said


def _new(box: CryptoBox, instance_id: InstanceId, now: int) -> SigningKeyRow:
    return SigningKeyRow(
        kid=ids.INSTANCE.new(now),
        instance_id=instance_id,
        private_key_encrypted=box.encrypt(keys.generate()),
        created_at=now,
    )
