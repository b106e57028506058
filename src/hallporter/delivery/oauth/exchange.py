"""The two halves of a visit: where to send the browser, and what its code is worth."""

import base64
import hashlib
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from hallporter.core.clock import MINUTE, SECOND
from hallporter.core.secret import Secret
from hallporter.delivery.oauth import addresses, http, id_token, identity, metadata
from hallporter.delivery.oauth.connection import Connection
from hallporter.delivery.oauth.http import ExchangeError, ProviderError, UnreadableUserError
from hallporter.delivery.oauth.identity import Identity, Tokens
from hallporter.delivery.oauth.metadata import Metadata

_ASSERTION_SECONDS = 5 * MINUTE // SECOND


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What a visit is told from others by; `code_verifier` and `nonce` never leave in the clear."""

    state: str
    nonce: str
    code_verifier: str
    callback_url: str
    prompt: str | None = None
    login_hint: str | None = None
    additional_scopes: tuple[str, ...] = ()


async def authorization_url(connection: Connection, visit: Visit) -> str:
    """Return where to send the browser (RFC 6749 §4.1.1, RFC 7636 §4.3)."""
    provider = connection.provider
    known = await metadata.metadata(connection)
    if not addresses.is_allowed(
        known.authorization_endpoint, allows_loopback=connection.allows_loopback
    ):
        raise ProviderError(f"{provider.name} names an authorization endpoint without https")
    parameters = {
        "response_type": "code",
        provider.client_id_parameter: connection.client_id,
        "redirect_uri": visit.callback_url,
        "scope": connection.scopes(visit.additional_scopes),
        "state": visit.state,
        **provider.parameters,
    }
    if provider.has_id_token and provider.has_nonce:
        parameters["nonce"] = visit.nonce
    if provider.has_pkce:
        parameters |= {
            "code_challenge": _s256(visit.code_verifier),
            "code_challenge_method": "S256",
        }
    if provider.posts_back:
        parameters["response_mode"] = "form_post"
    if visit.prompt is not None:
        parameters["prompt"] = visit.prompt
    if visit.login_hint is not None:
        parameters["login_hint"] = visit.login_hint
    endpoint = known.authorization_endpoint
    joint = "&" if urlsplit(endpoint).query else "?"
    return f"{endpoint}{joint}{urlencode(parameters)}"


async def is_other_issuer(connection: Connection, told: str | None) -> bool:
    """Tell whether the reply came from another provider than was visited (RFC 9207 §2.4)."""
    known = await metadata.metadata(connection)
    if told is None:
        return known.authorization_response_iss_parameter_supported
    return told != known.issuer


async def redeem(connection: Connection, visit: Visit, code: Secret, now: int) -> Identity:
    """Trade a code for tokens, and return whose they are; raises ProviderError."""
    known = await metadata.metadata(connection)
    given = {
        "grant_type": "authorization_code",
        "code": code.reveal(),
        "redirect_uri": visit.callback_url,
    }
    if connection.provider.has_pkce:
        given["code_verifier"] = visit.code_verifier
    told = await _token_reply(connection, known, given, now)
    tokens = _tokens(connection, told, now)
    return await _whose(connection, known, tokens, told, visit.nonce, now)


async def refreshed(connection: Connection, refresh_token: str, now: int) -> Tokens:
    """Return new tokens for a refresh token (RFC 6749 §6); raises ProviderError."""
    known = await metadata.metadata(connection)
    given = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _tokens(connection, await _token_reply(connection, known, given, now), now)


async def identity_of(connection: Connection, token: Secret, now: int) -> Identity:
    """Return whom an id token is about that a native app or Google's own button received."""
    if not connection.provider.has_id_token:
        raise UnreadableUserError(f"{connection.provider.name} gives no id tokens")
    known = await metadata.metadata(connection)
    claims = await id_token.verified(
        connection, known, token.reveal(), expected_nonce=None, now=now
    )
    return identity.read(connection, _issuer(known, claims), claims, None)


async def _token_reply(
    connection: Connection, known: Metadata, given: dict[str, str], now: int
) -> dict[str, Any]:
    provider = connection.provider
    headers: dict[str, str] = {}
    secret = _client_secret(connection, known, now)
    if _is_basic(connection, known):
        # RFC 6749 §2.3.1: both are form-encoded first.
        pair = f"{quote(connection.client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        given = {**given, provider.client_id_parameter: connection.client_id}
        given["client_secret"] = secret
    body = {"json": given} if provider.token_format == "json" else {"data": given}
    try:
        return await http.ask(
            "POST",
            known.token_endpoint,
            allows_loopback=connection.allows_loopback,
            headers=headers,
            **body,
        )
    except ProviderError as failed:
        raise ExchangeError(str(failed)) from failed


def _is_basic(connection: Connection, known: Metadata) -> bool:
    if connection.provider.authenticates_by is not None:
        return connection.provider.authenticates_by == "basic"
    return "client_secret_basic" in known.token_endpoint_auth_methods_supported


def _client_secret(connection: Connection, known: Metadata, now: int) -> str:
    """Return the secret; for Apple, a token signed by the private key in its place."""
    secret = connection.client_secret.reveal()
    if not connection.team_id:
        return secret
    issued_at = now // SECOND
    claims = {
        "iss": connection.team_id,
        "sub": connection.client_id,
        "aud": known.issuer,
        "iat": issued_at,
        "exp": issued_at + _ASSERTION_SECONDS,
    }
    try:
        key = ECKey.import_key(secret)
        return jwt.encode({"alg": "ES256", "kid": connection.key_id}, claims, key)
    except (JoseError, ValueError) as refused:
        raise ExchangeError("the client secret is no private key in PEM") from refused


def _tokens(connection: Connection, told: dict[str, Any], now: int) -> Tokens:
    access_token = told.get("access_token")
    if not isinstance(access_token, str) or not access_token:
        raise ExchangeError(f"{connection.provider.name} gave no access token")
    expires_in, scope = told.get("expires_in"), told.get("scope")
    lifetime = int(expires_in) if isinstance(expires_in, int | float) else None
    # GitHub separates with commas, Twitch sends a list.
    words = cast("list[object]", scope) if isinstance(scope, list) else [scope or ""]
    scopes = " ".join(map(str, words)).replace(",", " ").split()
    return Tokens(
        access_token=access_token,
        refresh_token=_text(told, "refresh_token"),
        id_token=_text(told, "id_token"),
        expire_at=None if lifetime is None else now + lifetime * SECOND,
        scopes=" ".join(scopes),
    )


async def _whose(
    connection: Connection,
    known: Metadata,
    tokens: Tokens,
    told: dict[str, Any],
    nonce: str,
    now: int,
) -> Identity:
    provider = connection.provider
    claims: dict[str, Any] = dict(told) if provider.userinfo_in_token else {}
    if provider.has_id_token:
        if tokens.id_token is None:
            raise UnreadableUserError(f"{provider.name} gave no id token")
        claims = await id_token.verified(
            connection,
            known,
            tokens.id_token,
            expected_nonce=nonce if provider.has_nonce else None,
            now=now,
        )
    if provider.asks_userinfo and known.userinfo_endpoint is not None:
        claims = _merged(claims, await _userinfo(connection, known.userinfo_endpoint, tokens))
    if provider.emails_endpoint is not None:
        found = identity.chosen_email(await _asked(connection, provider.emails_endpoint, tokens))
        return _with_email(identity.read(connection, known.issuer, claims, tokens), found)
    return identity.read(connection, _issuer(known, claims), claims, tokens)


def _merged(claims: dict[str, Any], userinfo: dict[str, Any]) -> dict[str, Any]:
    # OpenID Connect Core 1.0 §5.3.2: or a token of somebody else's could be slipped in.
    if claims and userinfo.get("sub") != claims.get("sub"):
        raise UnreadableUserError("the id token and the user info are about two users")
    return {**userinfo, **claims}


def _with_email(found: Identity, entry: dict[str, Any] | None) -> Identity:
    if entry is None:
        return found
    return msgspec.structs.replace(found, email_address=entry["email"], email_address_verified=True)


async def _userinfo(connection: Connection, endpoint: str, tokens: Tokens) -> dict[str, Any]:
    provider = connection.provider
    endpoint = endpoint.replace("{access_token}", quote(tokens.access_token, safe=""))
    if provider.userinfo_query is None:
        return await _asked(connection, endpoint, tokens)
    query = {"query": provider.userinfo_query}
    return await _asked(connection, endpoint, tokens, method="POST", json=query)


async def _asked(
    connection: Connection, endpoint: str, tokens: Tokens, *, method: str = "GET", **more: Any
) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {tokens.access_token}"}
    try:
        return await http.ask(
            method,
            endpoint,
            allows_loopback=connection.allows_loopback,
            headers=headers,
            **more,
        )
    except ProviderError as failed:
        raise UnreadableUserError(str(failed)) from failed


def _issuer(known: Metadata, claims: dict[str, Any]) -> str:
    return known.issuer.replace("{tenantid}", str(claims.get("tid")))


def _s256(code_verifier: str) -> str:
    digest = hashlib.sha256(code_verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _text(told: dict[str, Any], name: str) -> str | None:
    value = told.get(name)
    return value if isinstance(value, str) and value else None
