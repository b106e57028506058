"""How clients are stored."""

import msgspec

from hallporter.contract.ids import (
    ClientId,
    DevBrowserId,
    InstanceId,
    SessionId,
    SignInId,
    SignUpId,
)


class ClientRow(msgspec.Struct, frozen=True):
    """A row of `clients`. `updated_at` moves only when its set of sessions does: clients and
    backends compare it with the age of session tokens (`__client_uat`)."""

    id: ClientId
    instance_id: InstanceId
    token_hash: str
    previous_token_hash: str | None
    rotated_at: int | None
    sign_in_id: SignInId | None
    sign_up_id: SignUpId | None
    last_active_session_id: SessionId | None
    last_authentication_strategy: str | None
    created_at: int
    updated_at: int


class DevBrowserRow(msgspec.Struct, frozen=True):
    """A row of `dev_browsers`."""

    id: DevBrowserId
    instance_id: InstanceId
    token_hash: str
    client_id: ClientId | None
    created_at: int


class DevBrowserClientRow(msgspec.Struct, frozen=True):
    """A dev browser and the token hash of the client it stands for, if it has one yet."""

    id: DevBrowserId
    client_id: ClientId | None
    client_token_hash: str | None
