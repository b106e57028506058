"""Sign-ins as the outside sees them: `replies` makes them of what is stored."""

import msgspec
from msgspec import UNSET, UnsetType

from hallporter.contract.ids import ClientId, SessionId, SignInId
from hallporter.contract.objects import Moment, WireObject
from hallporter.contract.settings import PhoneCodeChannel
from hallporter.features.sign_ins.rows import ClientTrustState
from hallporter.features.trusted_devices.views import TrustedDeviceChallenge
from hallporter.features.verifications.factors import Factor
from hallporter.features.visits.views import OAuthVerification


class FactorVerification(msgspec.Struct, frozen=True):
    """Where the proof of a factor stands."""

    object: str
    status: str
    strategy: str
    attempts: int | None
    expire_at: Moment | None
    verified_at_client: ClientId | UnsetType
    channel: PhoneCodeChannel | UnsetType
    nonce: str | UnsetType
    message: str | UnsetType
    trusted_device_challenge: TrustedDeviceChallenge | UnsetType = UNSET


class UserData(msgspec.Struct, frozen=True):
    """What a sign-in shows of the user it is about."""

    first_name: str | None
    last_name: str | None
    image_url: str
    has_image: bool


class SignIn(WireObject, frozen=True, tag="sign_in_attempt"):
    """A sign-in."""

    id: SignInId
    status: str
    supported_identifiers: list[str]
    supported_first_factors: list[Factor]
    supported_second_factors: list[Factor]
    first_factor_verification: FactorVerification | OAuthVerification | None
    second_factor_verification: FactorVerification | None
    identifier: str | None
    user_data: UserData | None
    created_session_id: SessionId | None
    abandon_at: Moment
    client_trust_state: ClientTrustState | UnsetType
