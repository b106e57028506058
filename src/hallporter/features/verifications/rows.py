"""How verifications are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import ClientId, IdentificationId, InstanceId, VerificationId
from hallporter.contract.settings import PhoneCodeChannel

VerificationStatus = Literal["unverified", "verified", "failed"]
Purpose = Literal["sign_in", "sign_up", "own_address"]


class VerificationRow(msgspec.Struct, frozen=True):
    """A row of `verifications`: a code that was sent, known only by its keyed hash."""

    id: VerificationId
    instance_id: InstanceId
    strategy: str
    status: VerificationStatus
    attempts: int
    code_digest: str | None
    identification_id: IdentificationId | None
    expire_at: int
    created_at: int
    updated_at: int
    channel: PhoneCodeChannel | None = None
    """How the code travels to a telephone."""

    def is_by(self, strategy: str) -> bool:
        """Tell whether it is proved by a strategy."""
        return self.strategy == strategy

    def status_at(self, now: int) -> str:
        """Return the status, time taken into account."""
        return "expired" if self.status == "unverified" and self.expire_at <= now else self.status


class EmailLinkRow(msgspec.Struct, frozen=True):
    """A row of `email_links`: a link that was mailed, known only by the hash of its token."""

    token_hash: str
    instance_id: InstanceId
    verification_id: VerificationId
    client_id: ClientId
    purpose: Purpose
    subject_id: str
    """The id of the sign-in, the sign-up or the user's own address."""
    redirect_url: str
    opened_by: ClientId | None
    """The client that opened it, if it had one."""
