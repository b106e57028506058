"""What requests bring to a sign-in, beside the proofs of its factors."""

import msgspec
from msgspec import UNSET, UnsetType

from hallporter.contract.texts import Identifier, Password, Word
from hallporter.features.strategies.strategy import Proof


class CreateSignIn(Proof, frozen=True, kw_only=True):
    """What a sign-in may begin with: a name, a proof, the way to a provider and back."""

    identifier: Identifier | None | UnsetType = UNSET
    strategy: Word | None = None
    transfer: bool | None = None


class ResetPassword(msgspec.Struct, frozen=True, kw_only=True):
    """A new password for an account whose mailbox or telephone was just proved."""

    password: Password
    sign_out_of_other_sessions: bool = False
