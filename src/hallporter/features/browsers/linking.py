"""Satellites: a browser's client is linked from the primary domain to another one.

satellite /sync → primary /sync → satellite /link → the page, with `__clerk_synced=true`

On each satellite the browser has a separate token that identifies the client. The client's own
token rotates on the primary domain, where a satellite cannot see it.
"""

import hmac
from urllib.parse import urlencode

import msgspec

from hallporter.contract import errors, satellites
from hallporter.contract.callers import Browser, Syncing
from hallporter.contract.ids import ClientId
from hallporter.contract.origins import is_allowed_redirect
from hallporter.contract.reply import Redirect
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Name, Url, Word
from hallporter.core.clock import MINUTE
from hallporter.core.random import token as random_token
from hallporter.core.secret import Secret, hash_of, hash_of_token
from hallporter.features.browsers import store
from hallporter.features.browsers.rows import HandshakeRow, SatelliteClientRow
from hallporter.features.clients import addresses, cookies
from hallporter.features.sessions import identity

_LIFETIME = 2 * MINUTE
_SYNCED = "__clerk_synced"


class SyncQuery(msgspec.Struct, frozen=True):
    """Which page wants to know who its visitor is; `state` is the satellite's own mark."""

    redirect_url: Url
    link_domain: Name | None = None
    state: Word | None = None


class LinkQuery(msgspec.Struct, frozen=True):
    """What the primary domain answered."""

    token: Word = msgspec.field(name="__clerk_token")


class Linking(msgspec.Struct, frozen=True):
    """What a link token is worth: one client, on one satellite, to the browser that asked."""

    client_id: ClientId | None
    domain: str
    redirect_url: str
    state_hash: str


async def sync(scope: Scope, caller: Syncing, query: SyncQuery) -> Redirect:
    """Return the next step of a browser on its way to be known on a satellite."""
    domain = _satellite_of(scope, query)
    if scope.satellite is not None:
        return start(scope, caller, query.redirect_url)
    if query.state is None:
        # Begun here: the satellite marks its browser first.
        return Redirect(_at(scope, domain, "sync", redirect_url=query.redirect_url))
    client = await identity.current_client(scope, caller.browser)
    linking = Linking(
        client_id=None if client is None else client.id,
        domain=domain,
        redirect_url=query.redirect_url,
        state_hash=query.state,
    )
    token = await _keep(scope, linking)
    return Redirect(_at(scope, domain, "link", __clerk_token=token))


def start(scope: Scope, caller: Syncing, redirect_url: str) -> Redirect:
    """Set a state cookie on the satellite and redirect the browser to the primary domain.

    Without the cookie, a user could link another person's browser to their own client.
    """
    state = next(iter(caller.states), None) or random_token()
    parameters = {
        "link_domain": scope.satellite or "",
        "redirect_url": redirect_url,
        "state": hash_of(state),
    }
    home = f"{_scheme(scope)}://{scope.instance.frontend_host}"
    return Redirect(
        f"{home}/v1/client/sync?{urlencode(parameters)}", cookies=[cookies.sync_state(scope, state)]
    )


async def link(scope: Scope, caller: Syncing, query: LinkQuery) -> Redirect:
    """Give the browser a token for the client on this satellite, once, and send it to its page."""
    if scope.satellite is None:
        raise errors.satellite.only_on_satellites()
    linking = await _take(scope, query.token)
    known = any(hmac.compare_digest(hash_of(state), linking.state_hash) for state in caller.states)
    if linking.domain != scope.satellite or not known:
        raise errors.satellite.token_invalid(param="__clerk_token")
    to_page = addresses.with_parameter(linking.redirect_url, _SYNCED, "true")
    forgotten = cookies.sync_state(scope, None)
    if linking.client_id is None:
        gone = [cookies.client_cookie(scope, None), *cookies.client_uat(scope, None)]
        return Redirect(to_page, cookies=[forgotten, *gone])
    token = Secret(random_token())
    row = SatelliteClientRow(
        token_hash=hash_of_token(token),
        instance_id=scope.instance.id,
        client_id=linking.client_id,
        domain=linking.domain,
        created_at=scope.now,
    )
    async with scope.db.write() as tx:
        await store.link_satellite(tx, row)
    client = await store.open_client_by_id(
        scope.db, scope.instance.id, linking.client_id, scope.now
    )
    is_signed_in = client is not None and bool(client.sessions)
    updated_at = client.updated_at if client is not None and is_signed_in else None
    found = [cookies.client_cookie(scope, token), *cookies.client_uat(scope, updated_at)]
    return Redirect(to_page, cookies=[forgotten, *found])


def _satellite_of(scope: Scope, query: SyncQuery) -> str:
    """Return the satellite that a page is on; raises unless all that is said agrees."""
    if not is_allowed_redirect(scope.instance, query.redirect_url):
        raise errors.request.redirect_url_invalid(param="redirect_url")
    domain = satellites.of_url(scope.instance, query.redirect_url)
    if domain is None:
        raise errors.satellite.unknown(param="redirect_url")
    if query.link_domain not in (None, domain):
        raise errors.satellite.unknown(param="link_domain")
    if scope.satellite not in (None, domain):
        raise errors.satellite.unknown(param="redirect_url")
    return domain


def address_of(scope: Scope, domain: str) -> str:
    """Return where browsers reach a satellite's Frontend API, without a trailing slash."""
    proxy = scope.instance.settings.satellite_proxy_urls.get(domain)
    if proxy is not None:
        return proxy.rstrip("/")
    return f"{_scheme(scope)}://{satellites.frontend_host(domain)}"


def _at(scope: Scope, domain: str, step: str, **query: str) -> str:
    return f"{address_of(scope, domain)}/v1/client/{step}?{urlencode(query)}"


def _scheme(scope: Scope) -> str:
    return "http" if scope.instance.is_local and not scope.request.is_secure else "https"


async def _keep(scope: Scope, linking: Linking) -> str:
    token = random_token()
    row = HandshakeRow(
        nonce_hash=_hash_of_token(token),
        instance_id=scope.instance.id,
        directives_encrypted=scope.box.encrypt(msgspec.json.encode(linking)),
        expire_at=scope.now + _LIFETIME,
    )
    async with scope.db.write() as tx:
        await store.insert_handshake(tx, row, scope.now)
    return token


async def _take(scope: Scope, token: str) -> Linking:
    async with scope.db.write() as tx:
        row = await store.take_handshake(tx, scope.instance.id, _hash_of_token(token))
    if row is None or row.expire_at <= scope.now:
        raise errors.satellite.token_consumed(param="__clerk_token")
    return msgspec.json.decode(scope.box.decrypt(row.directives_encrypted), type=Linking)


def _hash_of_token(token: str) -> str:
    # Kept beside the nonces of handshakes: neither may pass for the other.
    return hash_of(f"link {token}")


def is_needed(scope: Scope, browser: Browser, reason: str | None) -> bool:
    """Tell whether a handshake on a satellite has to ask the primary domain first."""
    if scope.satellite is None:
        return False
    return browser.credential is None or reason == "satellite-needs-syncing"
