"""The cookies of the protocol: what the browser keeps of a client and its sessions."""

from hallporter.contract import satellites
from hallporter.contract.reply import Cookie
from hallporter.contract.scope import Scope
from hallporter.core.clock import DAY, SECOND
from hallporter.core.secret import Secret
from hallporter.features.clients.actions import HeldClient
from hallporter.tokens import client_token

# Browsers keep no cookie longer than this (RFC 6265bis §5.5).
_LONGEST = 400 * DAY // SECOND
_SYNC_SECONDS = 120
_YEAR = 365 * DAY // SECOND


def token_of(scope: Scope, held: HeldClient) -> Secret | None:
    """Return the client token to send, if this request made or rotated it."""
    if held.rotating_token is None:
        return None
    return client_token.mint(scope.instance, held.id, held.rotating_token, scope.now)


def client_cookie(scope: Scope, token: Secret | None) -> Cookie:
    """Return `__client`: host-only and hidden from scripts; None removes it."""
    # Over https on a `.localhost` name, an app on another local name is another site.
    is_cross_site = scope.instance.is_local and scope.request.is_secure
    return Cookie(
        name="__client",
        value="" if token is None else token.reveal(),
        max_age_seconds=0 if token is None else _LONGEST,
        secure=_is_secure(scope),
        http_only=True,
        # Instances that share a host by path prefix must not see each other's.
        path=_prefix(scope) or "/",
        same_site="None" if is_cross_site else "Lax",
    )


def sync_state(scope: Scope, state: str | None) -> Cookie:
    """Return the mark of a browser that a satellite sends home to be known; None removes it."""
    return Cookie(
        name="__clerk_sync",
        value=state or "",
        max_age_seconds=0 if state is None else _SYNC_SECONDS,
        secure=_is_secure(scope),
        http_only=True,
        path=_prefix(scope) or "/",
    )


def client_uat(scope: Scope, updated_at: int | None) -> list[Cookie]:
    """Return `__client_uat`, plain and suffixed: when the sessions last changed (s), 0 = none."""
    value, is_secure = uat_value(scope, updated_at), _is_secure(scope)
    domain = None if _is_host_only(scope) else scope.satellite or scope.instance.home_domain
    return [
        Cookie(name, value, max_age_seconds=_YEAR, secure=is_secure, domain=domain)
        for name in both_names(scope, "__client_uat")
    ]


def uat_value(scope: Scope, updated_at: int | None) -> str:
    """Return the value of `__client_uat`, never later than the `iat` of a token minted now.

    Backends reject tokens that are older than it. If the clock was set back, `updated_at` may lie
    in the future.
    """
    return "0" if updated_at is None else str(min(updated_at, scope.now) // SECOND)


def after_visit(scope: Scope, held: HeldClient | None) -> list[Cookie]:
    """Return what a browser that comes by itself must now have, if its client's token is new."""
    token = None if held is None else token_of(scope, held)
    if token is None:
        return []
    set_now = [client_cookie(scope, token)]
    # In development clerk-js writes `__client_uat` itself.
    if scope.instance.environment_type == "production":
        set_now += client_uat(scope, scope.now)
    return set_now


def after_sign_out(scope: Scope, held: HeldClient) -> list[Cookie]:
    """Return what a browser must have whose client has just lost every session."""
    to_set = client_uat(scope, None) if scope.instance.environment_type == "production" else []
    return [client_cookie(scope, token_of(scope, held)), *to_set]


def app_cookie(scope: Scope, name: str, value: str | None, *, http_only: bool = False) -> Cookie:
    """Return a cookie that an app's backend sets on its own host after a handshake."""
    return Cookie(
        name=name,
        value=value or "",
        max_age_seconds=_YEAR if value else 0,
        secure=_is_secure(scope),
        http_only=http_only,
    )


def dev_browser(scope: Scope, token: Secret) -> list[Cookie]:
    """Return the cookies that a development page reads its dev browser from."""
    return [app_cookie(scope, name, token.reveal()) for name in both_names(scope, "__clerk_db_jwt")]


def both_names(scope: Scope, name: str) -> tuple[str, str]:
    """Return a cookie's plain and its suffixed name."""
    return name, f"{name}_{scope.instance.cookie_suffix}"


def _is_secure(scope: Scope) -> bool:
    return scope.request.is_secure or not scope.instance.is_local


def _prefix(scope: Scope) -> str:
    host = scope.request.base_url.partition("://")[2]
    return "".join(host.partition("/")[1:])


def _is_host_only(scope: Scope) -> bool:
    """Tell whether app and server share one host: locally, or behind a proxy of the app's."""
    called = scope.request.base_url.partition("://")[2]
    if scope.instance.is_local:
        return True
    if scope.satellite is not None:
        return called != satellites.frontend_host(scope.satellite)
    return called != scope.instance.frontend_host
