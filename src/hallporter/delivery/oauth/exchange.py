"""The authorization code flow: the URL to send the browser to, and the exchange of its code."""

import base64
import hashlib
import re
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from msgspec.structs import replace

from hallporter.core.clock import MINUTE, SECOND
from hallporter.core.secret import Secret
from hallporter.delivery.oauth import addresses, fields, http, id_token, identity, metadata
from hallporter.delivery.oauth.connection import Connection
from hallporter.delivery.oauth.http import ExchangeError, ProviderError, UnreadableUserError
from hallporter.delivery.oauth.identity import Identity, Tokens
from hallporter.delivery.oauth.metadata import Metadata

_ASSERTION_SECONDS = 5 * MINUTE // SECOND
_TENANT = "{tenantid}"


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One authorization request; `code_verifier` and `nonce` are never sent in the clear."""

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


async def is_other_issuer(connection: Connection, issuer: str | None) -> bool:
    """Tell whether the reply came from another issuer than expected (RFC 9207 §2.4).

    A provider without metadata publishes no issuer, so the origin of its authorization endpoint is
    compared. GitHub adds a path.
    """
    known = await metadata.metadata(connection)
    if issuer is None:
        return known.authorization_response_iss_parameter_supported
    if connection.provider.discovery_url is None:
        return _origin(issuer) != _origin(known.authorization_endpoint)
    tenants = re.escape(known.issuer).replace(re.escape(_TENANT), "[^/]+")
    return re.fullmatch(tenants, issuer) is None


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
    reply = await _token_reply(connection, known, given, now)
    tokens = _tokens(connection, reply, now)
    if not tokens.scopes:
        # RFC 6749 §5.1: left out, they are those that were asked for.
        scopes = _words(connection.scopes(visit.additional_scopes))
        tokens = replace(tokens, scopes=scopes)
    return await _whose(connection, known, tokens, reply, visit.nonce, now)


async def refreshed(connection: Connection, refresh_token: str, now: int) -> Tokens:
    """Return new tokens for a refresh token (RFC 6749 §6); raises ProviderError."""
    known = await metadata.metadata(connection)
    given = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _tokens(connection, await _token_reply(connection, known, given, now), now)


async def identity_of(connection: Connection, token: Secret, now: int) -> Identity:
    """Return the identity in an id token that a native app or Google One Tap received."""
    if not connection.provider.has_id_token:
        raise UnreadableUserError(f"{connection.provider.name} gives no id tokens")
    known = await metadata.metadata(connection)
    claims = await id_token.verified(
        connection, known, token.reveal(), expected_nonce=None, now=now
    )
    return identity.read(connection, _issuer(connection, claims), claims, None)


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
    except ProviderError as error:
        raise ExchangeError(str(error)) from error


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
    except (JoseError, ValueError) as error:
        raise ExchangeError("the client secret is no private key in PEM") from error


def _tokens(connection: Connection, reply: dict[str, Any], now: int) -> Tokens:
    access_token = _text(reply, "access_token")
    # It goes into a header (RFC 6749, appendix A.12).
    if access_token is None or not (access_token.isascii() and access_token.isprintable()):
        suffix = http.error_suffix(reply)
        raise ExchangeError(f"{connection.provider.name} gave no access token{suffix}")
    lifetime = fields.whole_number(reply.get("expires_in"))
    return Tokens(
        access_token=access_token,
        refresh_token=_text(reply, "refresh_token"),
        id_token=_text(reply, "id_token"),
        expire_at=None if lifetime is None else now + max(lifetime, 0) * SECOND,
        scopes=_scopes(reply.get("scope")),
    )


def _scopes(given: object) -> str:
    # GitHub separates with commas, Twitch sends a list.
    listed = cast("list[object]", given) if isinstance(given, list) else [given]
    return _words(" ".join(each for each in listed if isinstance(each, str) and "\0" not in each))


def _words(listed: str) -> str:
    return " ".join(listed.replace(",", " ").split())


async def _whose(
    connection: Connection,
    known: Metadata,
    tokens: Tokens,
    reply: dict[str, Any],
    nonce: str,
    now: int,
) -> Identity:
    provider = connection.provider
    claims: dict[str, Any] = dict(reply) if provider.userinfo_in_token else {}
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
        userinfo = await _userinfo(connection, known, known.userinfo_endpoint, tokens, now)
        claims = _merged(provider.fields, claims, userinfo) if claims else userinfo
    found = identity.read(connection, _issuer(connection, claims), claims, tokens)
    if provider.emails_endpoint is None:
        return found
    listed = await _fetched(connection, provider.emails_endpoint, tokens)
    return _with_email(found, identity.chosen_email(http.read(provider.emails_endpoint, listed)))


def _merged(
    paths: fields.Fields, claims: dict[str, Any], userinfo: dict[str, Any]
) -> dict[str, Any]:
    # OpenID Connect Core 1.0 §5.3.2: or a token of somebody else's could be slipped in.
    if fields.text(userinfo, "sub") != fields.text(claims, "sub"):
        raise UnreadableUserError("the id token and the user info are about two users")
    present = {name: value for name, value in claims.items() if value is not None}
    address, verified = paths.email_address, paths.email_address_verified
    if present.get(address, userinfo.get(address)) != userinfo.get(address):
        # What is said of one address counts for no other.
        userinfo = {**userinfo, verified: None}
    elif address not in present:
        present.pop(verified, None)
    return {**userinfo, **present}


def _with_email(found: Identity, entry: dict[str, Any] | None) -> Identity:
    if entry is None:
        return found
    return replace(found, email_address=entry["email"], email_address_verified=True)


async def _userinfo(
    connection: Connection, known: Metadata, endpoint: str, tokens: Tokens, now: int
) -> dict[str, Any]:
    provider = connection.provider
    endpoint = endpoint.replace("{access_token}", quote(tokens.access_token, safe=""))
    if provider.userinfo_query is None:
        body = await _fetched(connection, endpoint, tokens)
    else:
        query = {"query": provider.userinfo_query}
        body = await _fetched(connection, endpoint, tokens, method="POST", json=query)
    if id_token.is_compact(body):
        return await id_token.user_info(connection, known, body.decode(), now=now)
    return http.read(endpoint, body)


async def _fetched(
    connection: Connection, endpoint: str, tokens: Tokens, *, method: str = "GET", **more: Any
) -> bytes:
    headers = {"Authorization": f"Bearer {tokens.access_token}"}
    if connection.provider.has_id_token:
        headers["Accept"] = "application/json, application/jwt"
    try:
        return await http.fetch(
            method,
            endpoint,
            allows_loopback=connection.allows_loopback,
            headers=headers,
            **more,
        )
    except ProviderError as error:
        raise UnreadableUserError(str(error)) from error


def _issuer(connection: Connection, claims: dict[str, Any]) -> str:
    # Not as it writes itself today: who somebody is does not change with a final slash.
    return connection.provider.issuer.replace(_TENANT, str(claims.get("tid")))


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _s256(code_verifier: str) -> str:
    digest = hashlib.sha256(code_verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _text(reply: dict[str, Any], name: str) -> str | None:
    value = reply.get(name)
    return value if isinstance(value, str) and value else None
