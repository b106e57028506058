"""A type per identifier, and the prefix it carries on the wire."""

from typing import Generic, NewType, TypeVar

from hallporter.core import random

InstanceId = NewType("InstanceId", str)
ClientId = NewType("ClientId", str)
SessionId = NewType("SessionId", str)
UserId = NewType("UserId", str)
IdentificationId = NewType("IdentificationId", str)
VerificationId = NewType("VerificationId", str)
SignInId = NewType("SignInId", str)
SignUpId = NewType("SignUpId", str)
SignInTokenId = NewType("SignInTokenId", str)
ActorTokenId = NewType("ActorTokenId", str)
AgentTaskId = NewType("AgentTaskId", str)
AgentId = NewType("AgentId", str)
DevBrowserId = NewType("DevBrowserId", str)
MessageId = NewType("MessageId", str)
ProfileImageId = NewType("ProfileImageId", str)
EventId = NewType("EventId", str)
SecretKeyId = NewType("SecretKeyId", str)
JwtTemplateId = NewType("JwtTemplateId", str)
ExternalAccountId = NewType("ExternalAccountId", str)
ExternalVerificationId = NewType("ExternalVerificationId", str)
PasskeyId = NewType("PasskeyId", str)
TrustedDeviceId = NewType("TrustedDeviceId", str)

InvitationId = NewType("InvitationId", str)
WaitlistEntryId = NewType("WaitlistEntryId", str)
ListedIdentifierId = NewType("ListedIdentifierId", str)
RedirectUrlId = NewType("RedirectUrlId", str)

Id = TypeVar("Id", bound=str)


class Kind(Generic[Id]):
    """A kind of identifier: `prefix_` and a KSUID of 27 base62 characters."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def new(self, now: int) -> Id:
        """Return a fresh identifier for something that came to be at `now`."""
        return f"{self.prefix}_{random.ksuid(now)}"  # type: ignore[return-value]  # Id is a NewType of str


INSTANCE: Kind[InstanceId] = Kind("ins")
CLIENT: Kind[ClientId] = Kind("client")
SESSION: Kind[SessionId] = Kind("sess")
USER: Kind[UserId] = Kind("user")
IDENTIFICATION: Kind[IdentificationId] = Kind("idn")
VERIFICATION: Kind[VerificationId] = Kind("ver")
SIGN_IN: Kind[SignInId] = Kind("sia")
SIGN_UP: Kind[SignUpId] = Kind("sua")
SIGN_IN_TOKEN: Kind[SignInTokenId] = Kind("sit")
ACTOR_TOKEN: Kind[ActorTokenId] = Kind("act")
AGENT_TASK: Kind[AgentTaskId] = Kind("agttsk")
DEV_BROWSER: Kind[DevBrowserId] = Kind("dvb")
MESSAGE: Kind[MessageId] = Kind("msg")
PROFILE_IMAGE: Kind[ProfileImageId] = Kind("img")
EVENT: Kind[EventId] = Kind("evt")
SECRET_KEY: Kind[SecretKeyId] = Kind("sk")
JWT_TEMPLATE: Kind[JwtTemplateId] = Kind("jtmp")
PASSKEY: Kind[PasskeyId] = Kind("passkey")
TRUSTED_DEVICE: Kind[TrustedDeviceId] = Kind("td")
EXTERNAL_ACCOUNT: Kind[ExternalAccountId] = Kind("eac")
INVITATION: Kind[InvitationId] = Kind("inv")
WAITLIST_ENTRY: Kind[WaitlistEntryId] = Kind("wle")
ALLOWLIST_IDENTIFIER: Kind[ListedIdentifierId] = Kind("alid")
BLOCKLIST_IDENTIFIER: Kind[ListedIdentifierId] = Kind("blid")
REDIRECT_URL: Kind[RedirectUrlId] = Kind("ru")
# Told from codes by its prefix: a sign-in may wait for either.
EXTERNAL_VERIFICATION: Kind[ExternalVerificationId] = Kind("verx")
