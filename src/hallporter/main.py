"""The composition root: passes endpoints, callers and pages to the edge, and opens resources."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import ModuleType

from hallporter import config as configuration
from hallporter.config import Config
from hallporter.contract.api_error import ApiError
from hallporter.contract.callers import (
    Anyone,
    AtTask,
    Browser,
    Caller,
    InPerson,
    KnownBrowser,
    Recent,
    Requirement,
    SecretKey,
    SignedIn,
    Syncing,
)
from hallporter.contract.scope import Scope
from hallporter.core import database, open_files
from hallporter.core.background_tasks import BackgroundTasks
from hallporter.core.clock import Clock, SystemClock
from hallporter.core.crypto_box import CryptoBox
from hallporter.core.database import Database
from hallporter.core.ending import FailureCallback, end_process
from hallporter.core.jobs.kinds import Kind
from hallporter.core.jobs.queue import Queue
from hallporter.core.replica import MEASURE_SECONDS, Replica
from hallporter.edge.app import ApiApp
from hallporter.edge.asgi import AsgiApp, AsgiScope, Receive, Send
from hallporter.edge.connections import LOOK_SECONDS, Connections, Limits
from hallporter.edge.operation import Operation, catalogue
from hallporter.edge.router import Router
from hallporter.edge.senders import Senders
from hallporter.edge.wiring import Check, Resolver, Wiring
from hallporter.features.actor_tokens import backend as actor_tokens_backend
from hallporter.features.agent_tasks import backend as agent_tasks_backend
from hallporter.features.agent_tasks import frontend as agent_tasks_frontend
from hallporter.features.browsers import actions as browser_actions
from hallporter.features.browsers import callers
from hallporter.features.clean_up.erasing import Erasing
from hallporter.features.clean_up.working import CleanUp
from hallporter.features.directory.directory import (
    NOTE_USES_SECONDS,
    REFRESH_SECONDS,
    Directory,
    Judge,
    trusting,
)
from hallporter.features.email_links import frontend as email_links_frontend
from hallporter.features.envelope import backend as envelope_backend
from hallporter.features.envelope import frontend as envelope_frontend
from hallporter.features.envelope.envelope import client_now
from hallporter.features.instances import actions as instance_actions
from hallporter.features.instances import backend as instances_backend
from hallporter.features.instances import frontend as instances_frontend
from hallporter.features.invitations import backend as invitations_backend
from hallporter.features.jwt_templates import backend as jwt_templates_backend
from hallporter.features.limits import actions as limit_actions
from hallporter.features.messages.delivering import Delivery
from hallporter.features.oauth_callbacks import frontend as oauth_callbacks_frontend
from hallporter.features.profile import frontend as profile_frontend
from hallporter.features.profile.credentials import backend as credentials_backend
from hallporter.features.profile.credentials import frontend as credentials_frontend
from hallporter.features.profile.external_accounts import backend as external_accounts_backend
from hallporter.features.profile.external_accounts import frontend as external_accounts_frontend
from hallporter.features.profile.identifiers import backend as identifiers_backend
from hallporter.features.profile.identifiers import frontend as identifiers_frontend
from hallporter.features.profile.passkeys import backend as passkeys_backend
from hallporter.features.profile.passkeys import frontend as passkeys_frontend
from hallporter.features.profile.web3_wallets import backend as web3_wallets_backend
from hallporter.features.profile.web3_wallets import frontend as web3_wallets_frontend
from hallporter.features.redirect_urls import backend as redirect_urls_backend
from hallporter.features.restrictions import backend as restrictions_backend
from hallporter.features.reverifications import frontend as reverifications_frontend
from hallporter.features.sessions import backend as sessions_backend
from hallporter.features.sessions import frontend as sessions_frontend
from hallporter.features.sessions import recency
from hallporter.features.settings import frontend as settings_frontend
from hallporter.features.sign_in_tokens import backend as sign_in_tokens_backend
from hallporter.features.sign_ins import frontend as sign_ins_frontend
from hallporter.features.sign_ups import frontend as sign_ups_frontend
from hallporter.features.testing import backend as testing_backend
from hallporter.features.tickets import frontend as tickets_frontend
from hallporter.features.trusted_devices import backend as trusted_devices_backend
from hallporter.features.trusted_devices import frontend as trusted_devices_frontend
from hallporter.features.users import backend as users_backend
from hallporter.features.waitlist import backend as waitlist_backend
from hallporter.features.waitlist import frontend as waitlist_frontend
from hallporter.pages import routes

_OTHER_FILES = 100

# The server's table of contents.
ENDPOINTS: tuple[ModuleType, ...] = (
    # Falcon compares a path with one route after the other: those that are asked most come first.
    sessions_frontend,
    envelope_frontend,
    envelope_backend,
    actor_tokens_backend,
    agent_tasks_backend,
    agent_tasks_frontend,
    credentials_backend,
    external_accounts_backend,
    external_accounts_frontend,
    credentials_frontend,
    email_links_frontend,
    identifiers_backend,
    identifiers_frontend,
    instances_backend,
    instances_frontend,
    invitations_backend,
    tickets_frontend,
    jwt_templates_backend,
    oauth_callbacks_frontend,
    passkeys_backend,
    passkeys_frontend,
    redirect_urls_backend,
    reverifications_frontend,
    sessions_backend,
    settings_frontend,
    sign_in_tokens_backend,
    sign_ins_frontend,
    sign_ups_frontend,
    testing_backend,
    trusted_devices_backend,
    trusted_devices_frontend,
    users_backend,
    profile_frontend,
    restrictions_backend,
    waitlist_backend,
    waitlist_frontend,
    web3_wallets_backend,
    web3_wallets_frontend,
)

RESOLVERS: Mapping[type[Caller], Resolver] = {
    Anyone: callers.anyone,
    AtTask: callers.at_task,
    Browser: callers.browser,
    KnownBrowser: callers.known_browser,
    SecretKey: callers.secret_key,
    SignedIn: callers.signed_in,
    Syncing: callers.syncing,
}

REQUIREMENTS: Mapping[type[Requirement], Check] = {
    InPerson: recency.in_person,
    Recent: recency.recent,
}


def operations() -> list[Operation]:
    """Return everything that the server answers."""
    return catalogue(ENDPOINTS)


def job_kinds(db: Database, box: CryptoBox, clock: Clock, directory: Directory) -> list[Kind]:
    """Return everything that is done after the requests that asked for it."""
    return [
        *CleanUp(db, clock, directory).kinds(),
        *Erasing(db).kinds(),
        *Delivery(db, box, clock, directory).kinds(),
    ]


async def _client_of(scope: Scope, caller: Caller) -> object:
    browser = caller.sending_browser()
    if browser is None:
        return None
    try:
        row = await browser_actions.open_client(scope, browser)
    except ApiError:
        # A late request: what it is told says so already.
        return None
    return None if row is None else await client_now(scope, row.opened())


def router(
    config: Config, db: Database, box: CryptoBox, clock: Clock, directory: Directory
) -> Router:
    """Return the ASGI application over what is open."""
    senders = None
    if config.behind_proxy or config.trusted_proxies:
        senders = Senders(config.trusted_networks, behind_proxy=config.behind_proxy)
    wiring = Wiring(
        db=db,
        box=box,
        clock=clock,
        directory=directory,
        senders=senders,
        limiter=limit_actions,
        serves_test_mode=not config.behind_proxy,
        resolvers=RESOLVERS,
        requirements=REQUIREMENTS,
        client_of=_client_of,
    )
    all_operations = operations()
    backend = ApiApp(wiring, all_operations, "backend")
    beside = backend if config.backend_port is None else None
    return Router(
        backend=backend,
        frontend=ApiApp(wiring, all_operations, "frontend", beside=beside),
        pages=routes.pages(config, wiring),
        backend_port=config.backend_port,
        senders=senders,
    )


def _connections(config: Config) -> Connections:
    # The database, the log and the pages need some files too.
    places = max(1, open_files.most() - _OTHER_FILES)
    limits = Limits(
        head_seconds=config.head_seconds,
        transfer_seconds=config.transfer_seconds,
        per_address=config.max_connections_per_address,
        in_all=min(config.max_connections, places),
    )
    return Connections(limits, config.trusted_networks, behind_proxy=config.behind_proxy)


class Server:
    """The application with its lifetimes: opened at ASGI start-up, closed at shutdown."""

    def __init__(
        self,
        config: Config,
        clock: Clock | None = None,
        give_up: FailureCallback = end_process,
        judge: Judge = trusting,
    ) -> None:
        """`give_up` hears of what should go on as long as the server and cannot.

        `judge` says which instances are not safe to serve.
        """
        self._config = config
        self._judge = judge
        self._give_up = give_up
        self._clock = clock or SystemClock()
        self._router: AsgiApp | None = None
        self._directory: Directory | None = None
        self._db: Database | None = None

    @property
    def db(self) -> Database:
        """The database, once the server is open."""
        if self._db is None:
            raise RuntimeError("the server is not open")
        return self._db

    @property
    def directory(self) -> Directory:
        """The instances in memory, once the server is open."""
        if self._directory is None:
            raise RuntimeError("the server is not open")
        return self._directory

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Serve a request, or run the lifespan (ASGI lifespan protocol 2.0)."""
        if self._router is not None and scope["type"] == "http":
            await self._router(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(scope, receive, send)

    async def _live(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as lifetimes:
            connections = _connections(self._config)
            self._router = await self._open(lifetimes, connections)
            if "state" in scope:
                # It comes back with each connection (ASGI lifespan protocol, "Lifespan state").
                scope["state"]["connections"] = connections
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _open(self, lifetimes: AsyncExitStack, connections: Connections) -> AsgiApp:
        if self._config.database_url is None:
            raise RuntimeError("the database is opened before the application")
        db = self._db = await database.connect(self._config.database_url)
        lifetimes.push_async_callback(db.close)
        known = await instance_actions.known_master_key(db)
        box = await instance_actions.open_box(
            db, self._config.data_dir, configuration.master_key(), expected_fingerprint=known
        )
        directory = self._directory = Directory(db, box, self._clock, self._judge)
        await directory.refresh()
        tasks = BackgroundTasks(self._give_up)
        tasks.repeat("instances", directory.refresh, every_seconds=REFRESH_SECONDS)
        tasks.repeat("uses of keys", directory.note_uses, every_seconds=NOTE_USES_SECONDS)
        tasks.repeat("connections", connections.look, every_seconds=LOOK_SECONDS)
        if self._config.database_replica_url is not None:
            replica = db.listing = Replica(db, self._config.database_replica_url)
            lifetimes.push_async_callback(replica.close)
            tasks.repeat("replica", replica.choose, every_seconds=MEASURE_SECONDS)
        if self._config.deliver:
            queue = Queue(db, self._clock, job_kinds(db, box, self._clock, directory))
            lifetimes.push_async_callback(queue.drain)
            tasks.repeat("jobs", queue.do_due, every_seconds=0)
        lifetimes.push_async_callback(tasks.close)
        return router(self._config, db, box, self._clock, directory)


def app() -> Server:
    """Return the server for the environment's config: what each worker process calls."""
    return Server(configuration.load())
