"""Frontend API endpoints of the client itself: read, make, drop, dev browser, handshake."""

import msgspec

from hallporter.contract import errors
from hallporter.contract.callers import Anyone, Browser, KnownBrowser, Syncing
from hallporter.contract.objects import Moment
from hallporter.contract.reply import Redirect, Reply, Wrapped
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features.browsers import actions as browser_actions
from hallporter.features.browsers import handshake, linking
from hallporter.features.browsers.handshake import HandshakeQuery
from hallporter.features.browsers.linking import LinkQuery, SyncQuery
from hallporter.features.clients import actions as client_actions
from hallporter.features.clients import cookies, dev_browsers
from hallporter.features.clients.actions import HeldClient
from hallporter.features.envelope.envelope import client_now, wrapped
from hallporter.features.sessions import actions as session_actions
from hallporter.features.sessions import identity


class DevBrowser(msgspec.Struct, frozen=True):
    """A dev browser; `id` and `token` both are what it shows from now on."""

    id: str
    token: str
    instance_id: str
    created_at: Moment
    updated_at: Moment


@frontend.get("/v1/client")
async def get_client(scope: Scope, caller: Browser) -> Wrapped:
    """Return the client with all that is open on it; without one, null twice: signed out."""
    row = await browser_actions.open_client(scope, caller)
    client = None if row is None else await client_now(scope, row.opened())
    return Wrapped(response=client, client=None)


@frontend.put("/v1/client", in_maintenance=True)
@frontend.post("/v1/client", in_maintenance=True)
async def put_client(scope: Scope, caller: Browser) -> Reply:
    """Return the client, made now if there was none."""
    row = await identity.current_client(scope, caller)
    if row is not None:
        held = HeldClient(row.id, row.token_hash)
    else:
        new = client_actions.coming(scope, caller)
        async with scope.db.write() as tx:
            held = await client_actions.make(tx, new)
    return await wrapped(scope, caller, held, lambda client: client)


@frontend.delete("/v1/client", in_maintenance=True)
async def delete_client_sessions(scope: Scope, caller: KnownBrowser) -> Reply:
    """End everything on the client and let the browser forget it."""
    held = await session_actions.end_all_own(scope, caller, "removed")
    if caller.transport == "native":
        # A reply cannot make a native app forget its token, so the app gets a valid one.
        token = cookies.token_of(scope, held)
        return Reply(Wrapped(response=None, client=None), native_token=token)
    return Reply(
        Wrapped(response=None, client=None),
        cookies=[cookies.client_cookie(scope, None), *cookies.client_uat(scope, None)],
    )


@frontend.post("/v1/dev_browser", in_maintenance=True)
async def create_dev_browser(scope: Scope, caller: Anyone) -> DevBrowser:
    """Give a browser that cannot use cookies here a token that stands for its client."""
    made = await dev_browsers.create(scope)
    return DevBrowser(
        id=made.token.reveal(),
        token=made.token.reveal(),
        instance_id=scope.instance.id,
        created_at=scope.now,
        updated_at=scope.now,
    )


@frontend.get("/v1/dev_browser/init", spends=True)
async def get_dev_browser_init(scope: Scope, caller: Anyone) -> None:
    """Refuse what early SDKs put into a frame, and say what there is instead."""
    raise errors.authentication.dev_browser_in_frame()


@frontend.post("/v1/dev_browser/set_first_party_cookie")
async def post_dev_browser_init_set_cookie(scope: Scope, caller: Browser) -> Reply:
    """Give a page on our own host its dev browser as a cookie, as early SDKs ask."""
    client = await identity.current_client(scope, caller)
    made = await dev_browsers.create_for_host(scope, None if client is None else client.id)
    return Reply({}, cookies=cookies.dev_browser(scope, made.token))


@frontend.get("/v1/client/sync", spends=True)
async def sync_client(scope: Scope, caller: Syncing, query: SyncQuery) -> Redirect:
    """Bring a browser's client from the instance's own domain to a satellite: the way there."""
    return await linking.sync(scope, caller, query)


@frontend.get("/v1/client/link", spends=True)
async def link_client(scope: Scope, caller: Syncing, query: LinkQuery) -> Redirect:
    """Bring a browser's client from the instance's own domain to a satellite: the way back."""
    return await linking.link(scope, caller, query)


@frontend.get("/v1/client/handshake", spends=True)
async def handshake_client(scope: Scope, caller: Syncing, query: HandshakeQuery) -> Redirect:
    """Send a page request back to its app with the cookies that make its state decidable."""
    return await handshake.begin(scope, caller, query)
