"""A test harness: hallporter running inside the test process, with small HTTP clients."""

import asyncio
import ssl
import tempfile
import threading
import uuid
from collections.abc import Coroutine, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn

from hallporter.cli import command_context
from hallporter.cli.command_context import CommandContext
from hallporter.cli.connection import BoundedConnection
from hallporter.config import Config
from hallporter.contract.api_version import NEWEST
from hallporter.contract.ids import InstanceId
from hallporter.contract.instance import EnvironmentType
from hallporter.contract.settings import Settings
from hallporter.core import jobs
from hallporter.core.clock import DAY, HOUR, MINUTE, SECOND, SystemClock
from hallporter.core.jobs.rows import JobRow
from hallporter.features.instances import actions as instance_actions
from hallporter.features.instances import signing_keys
from hallporter.features.instances import store as instance_store
from hallporter.features.instances.actions import NewInstance
from hallporter.features.messages import reading
from hallporter.features.messages import store as message_store
from hallporter.features.messages.rows import MessageRow
from hallporter.main import Server
from hallporter.tokens import keys

Answer = TypeVar("Answer")
_MAKE_DUE = "update jobs set due_at = 0 where kind = $1"

ORIGIN = "http://localhost:3000"
PASSWORD = "correct horse battery"
TEST_CODE = "424242"
# Making an RSA key takes longer than most tests: instances of different tests may share one.
SIGNING_KEY = keys.generate()
OTHER_SIGNING_KEY = keys.generate()
# A context for each of the callers, who never use it, would cost more than what they ask.
_TLS = ssl.create_default_context()
_JOB = """
    select kind, subject_id, instance_id, attempts, due_at, created_at
    from jobs where instance_id = $1 and subject_id = $2
"""


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self._now = SystemClock().now()

    def now(self) -> int:
        """Return milliseconds since the epoch."""
        return self._now

    def reset(self) -> None:
        """Go (back) to the present."""
        self._now = SystemClock().now()

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Move ahead, or back with negative numbers."""
        self._now += int(days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND)


class Reply:
    """An HTTP reply, opened far enough for a test to say what it expects."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.text = response.text

    @property
    def json(self) -> Any:
        """The body."""
        return self.response.json()

    @property
    def body(self) -> Any:
        """What was asked for: inside its envelope, if it has one."""
        found: Any = self.json
        # A list has no `get`.
        return found["response"] if "response" in found else found  # noqa: SIM401

    @property
    def client(self) -> Any:
        """The piggy-backed client, of a success or an error."""
        return self.json["client"] if "client" in self.json else self.json["meta"]["client"]

    @property
    def codes(self) -> list[str]:
        """The error codes."""
        return [error["code"] for error in self.json["errors"]]

    @property
    def params(self) -> list[str | None]:
        """The fields that the errors name."""
        return [error["meta"].get("param_name") for error in self.json["errors"]]

    @property
    def is_late(self) -> bool:
        """Whether its client was given a newer token while it was under way."""
        return self.status == 503 and self.codes == ["client_token_superseded"]

    def ok(self) -> "Reply":
        """Fail the test unless this is a success."""
        assert self.status < 300, f"{self.status} {self.text}"
        return self


class _Caller:
    def __init__(
        self,
        tenant: "Tenant",
        headers: dict[str, str],
        params: dict[str, str],
        address: str | None = None,
    ) -> None:
        self.tenant = tenant
        self.params = params
        self.http = httpx.Client(
            base_url=tenant.harness.url,
            headers={"Host": tenant.host, **headers},
            follow_redirects=False,
            timeout=30,
            transport=httpx.HTTPTransport(verify=_TLS, local_address=address),
        )
        tenant.harness.callers.append(self.http)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def request(self, method: str, path: str, **more: Any) -> Reply:
        """Send a request; `params` add to those that every request of this caller has."""
        params = {**self.params, **more.pop("params", {})}
        return Reply(self.http.request(method, path, params=params, **more))

    def get(self, path: str, **params: Any) -> Reply:
        """GET with query parameters."""
        return self.request("GET", path, params=params)


class Backend(_Caller):
    """An app's server: JSON bodies and a secret key."""

    def __init__(self, tenant: "Tenant", version: str | None, secret_key: str) -> None:
        headers = {"Authorization": f"Bearer {secret_key}"}
        if version is not None:
            headers["Clerk-API-Version"] = version
        super().__init__(tenant, headers, {})

    def post(self, path: str, **body: Any) -> Reply:
        """POST a JSON body."""
        return self.request("POST", path, json=body)

    def patch(self, path: str, **body: Any) -> Reply:
        """PATCH with a JSON body."""
        return self.request("PATCH", path, json=body)

    def delete(self, path: str) -> Reply:
        """DELETE."""
        return self.request("DELETE", path)

    def create_user(self, **given: Any) -> Any:
        """Make a user with a password and a test address, unless told otherwise."""
        given = {"email_address": [new_address()], "password": PASSWORD, **given}
        return self.post("/v1/users", **given).ok().json

    def client(self, client_id: str) -> Any:
        """Read a client back."""
        return self.get(f"/v1/clients/{client_id}").ok().json


class Browser(_Caller):
    """clerk-js in small: forms, cookies, and method tunnelling."""

    def __init__(
        self,
        tenant: "Tenant",
        version: str | None,
        origin: str | None,
        address: str | None = None,
    ) -> None:
        params = {} if version is None else {"__clerk_api_version": version}
        super().__init__(tenant, {} if origin is None else {"Origin": origin}, params, address)

    def post(self, path: str, _method: str | None = None, **form: Any) -> Reply:
        """POST a form."""
        params = {} if _method is None else {"_method": _method}
        return self.request("POST", path, params=params, data=form)

    def cookie(self, name: str) -> str | None:
        """Return a cookie's value."""
        return next((each.value for each in self.http.cookies.jar if each.name == name), None)

    @property
    def client_id(self) -> str:
        """The id of this browser's client."""
        return self.get("/v1/client").ok().body["id"]

    def sign_up(self, email_address: str | None = None, password: str = PASSWORD) -> "Account":
        """Sign up by email code and be signed in."""
        address = email_address or new_address()
        path = self.ask_for_code(address, password)
        done = self.post(f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE).ok()
        return Account(
            address, password, done.body["created_user_id"], done.body["created_session_id"]
        )

    def ask_for_code(self, email_address: str, password: str = PASSWORD) -> str:
        """Begin to sign up, have a code mailed, and return the path of the attempt."""
        begun = self.post(
            "/v1/client/sign_ups", email_address=email_address, password=password
        ).ok()
        path = f"/v1/client/sign_ups/{begun.body['id']}"
        self.post(f"{path}/prepare_verification", strategy="email_code").ok()
        return path

    def sign_in(self, identifier: str, password: str = PASSWORD) -> Reply:
        """Sign in by password in one request."""
        return self.post(
            "/v1/client/sign_ins", strategy="password", identifier=identifier, password=password
        )

    def token(self, session_id: str) -> str:
        """Mint a session token."""
        return self.post(f"/v1/client/sessions/{session_id}/tokens").ok().json["jwt"]


@dataclass(frozen=True)
class Account:
    """Somebody who has signed up."""

    email_address: str
    password: str
    user_id: str
    session_id: str


class Outbox:
    """What an instance has mailed, oldest first."""

    def __init__(self, tenant: "Tenant") -> None:
        self._tenant = tenant

    def messages(self) -> list[tuple[str, str]]:
        """Return whom every message is for and its kind."""
        return [(row.recipient, row.slug) for row in self.rows()]

    def rows(self) -> list[MessageRow]:
        """Return every message as it is stored."""
        harness = self._tenant.harness
        newest = message_store.newest_messages(harness.open.db, InstanceId(self._tenant.id), 1_000)
        return list(reversed(harness.run(newest)))

    def job(self, place: int = -1) -> JobRow | None:
        """Return the job that is to send the last message, or the one at `place`."""
        harness, row = self._tenant.harness, self.rows()[place]
        return harness.run(harness.open.db.one(JobRow, _JOB, row.instance_id, row.id))

    def is_due_in(self, seconds: int, place: int = -1) -> bool:
        """Tell whether that is tried again in so many seconds, or up to a tenth later."""
        job = self.job(place)
        wait = 0 if job is None else job.due_at - self._tenant.harness.clock.now()
        return seconds * SECOND <= wait <= seconds * SECOND * 1.1

    def last_code(self, recipient: str) -> str:
        """Return the code that was sent to `recipient` last."""
        return self.last_variable(recipient, "otp_code")

    def last_variable(self, recipient: str, fact: str) -> str:
        """Return what the last message to `recipient` tells."""
        row = [row for row in self.rows() if row.recipient == recipient][-1]
        facts = reading.facts_of(self._tenant.harness.open.box, row)
        assert facts is not None
        return str(facts.given[fact])


@dataclass(frozen=True)
class Tenant:
    """An instance and the ways to call it."""

    harness: "Harness"
    id: str
    slug: str
    host: str
    publishable_key: str
    secret_key: str

    def backend(self, version: str | None = NEWEST, secret_key: str | None = None) -> Backend:
        """Return a caller of the Backend API; `version=None` names none."""
        return Backend(self, version, secret_key or self.secret_key)

    def browser(
        self,
        version: str | None = NEWEST,
        origin: str | None = ORIGIN,
        address: str | None = None,
    ) -> Browser:
        """Return a new browser; `address` is that of its machine, 127.0.0.1 unless given."""
        return Browser(self, version, origin, address)

    @property
    def jwt_key(self) -> str:
        """What verifies session tokens without asking the server, on one line."""
        opened = self.harness.open
        found = self.harness.run(
            signing_keys.at(opened.db, InstanceId(self.id), self.harness.clock.now())
        )
        return signing_keys.jwt_key(opened.box, found.current.row)

    def outbox(self) -> Outbox:
        """Return what the instance has mailed."""
        return Outbox(self)

    def update(self, **changes: Any) -> None:
        """Change settings by dotted path (`lockout__max_attempts=3`) and wait until they hold."""
        dotted = {name.replace("__", "."): value for name, value in changes.items()}
        self.harness.update_instance(self.slug, dotted)


@dataclass
class Harness:
    """The running server with its database and clock."""

    open: CommandContext
    server: Server
    loop: asyncio.AbstractEventLoop
    url: str
    clock: Clock
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    callers: list[httpx.Client] = field(default_factory=list[httpx.Client])

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Run something on the server's event loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    @contextmanager
    def looking(self, look: AbstractContextManager[Answer]) -> Generator[Answer]:
        """Look at what the server's own thread does meanwhile."""

        async def begin() -> Answer:
            return look.__enter__()

        async def end() -> None:
            look.__exit__(None, None, None)

        found = self.run(begin())
        try:
            yield found
        finally:
            self.run(end())

    def hurry(self, kind: str) -> None:
        """Have jobs done now; what recurs may be due at a time that another test had."""

        async def hurry() -> None:
            async with self.server.db.write() as tx:
                await tx.execute(_MAKE_DUE, kind)
                tx.announce(jobs.ADDED)

        self.run(hurry())

    def hang_up(self) -> None:
        """Close every caller's connections."""
        while self.callers:
            self.callers.pop().close()

    def make_instance(
        self,
        settings: Settings | None = None,
        *,
        environment_type: EnvironmentType = "production",
        frontend_host: str | None = None,
        signing_key: bytes = SIGNING_KEY,
    ) -> Tenant:
        """Make an instance that the server answers for at once."""
        slug = f"t{uuid.uuid4().hex[:12]}"
        given = NewInstance(
            slug=slug,
            frontend_host=frontend_host or f"{slug}.localhost:4100",
            environment_type=environment_type,
            signing_key_pem=signing_key,
            settings=settings or Settings(),
        )
        return self.run(self._make_instance(given))

    async def _make_instance(self, given: NewInstance) -> Tenant:
        db, box = self.open.db, self.open.box
        id = await instance_actions.create_instance(db, box, given, self.clock.now())
        await self.server.directory.refresh()
        row = await instance_store.instance_by_id(db, id)
        assert row is not None
        return Tenant(
            harness=self,
            id=id,
            slug=given.slug,
            host=row.frontend_host,
            publishable_key=row.publishable_key,
            secret_key=await instance_actions.secret_key(db, box, id),
        )

    def update_instance(self, slug: str, changes: dict[str, Any]) -> None:
        """Change an instance's settings and wait until the server has them."""

        async def update() -> None:
            row = await instance_actions.find(self.open.db, slug)
            await instance_actions.update_instance(
                self.open.db, self.open.box, row, changes, self.clock.now()
            )
            await self.server.directory.refresh()

        self.run(update())


@contextmanager
def running_harness() -> Generator[Harness]:
    """Run a server with a database of its own on a free port, in a thread with an event loop."""
    # Not below pytest's own folder: as root the database's user must be let through to it.
    with (
        tempfile.TemporaryDirectory(prefix="hallporter-test-") as folder,
        _running_in(Path(folder)) as harness,
    ):
        yield harness
        harness.hang_up()


@contextmanager
def _running_in(folder: Path) -> Generator[Harness]:
    ready: threading.Event = threading.Event()
    found: list[Harness] = []
    failed: list[BaseException] = []
    thread = threading.Thread(
        target=lambda: asyncio.run(_serve(folder, ready, found, failed)), daemon=True
    )
    thread.start()
    ready.wait(60)
    if failed:
        raise failed[0]
    try:
        yield found[0]
    finally:
        found[0].loop.call_soon_threadsafe(found[0].stop.set)
        thread.join(30)


async def _serve(
    folder: Path, ready: threading.Event, found: list[Harness], failed: list[BaseException]
) -> None:
    try:
        async with command_context.opened(Config(data_dir=folder)) as opened:
            clock = Clock()
            server = Server(opened.config, clock)
            uvicorn_server = uvicorn.Server(
                uvicorn.Config(
                    server,
                    port=0,
                    http=BoundedConnection,
                    log_config=None,
                    access_log=False,
                    lifespan="on",
                    proxy_headers=False,
                )
            )
            serving = asyncio.create_task(uvicorn_server.serve())
            while not uvicorn_server.started:  # noqa: ASYNC110  # it has no event to wait for
                await asyncio.sleep(0.01)
            port = uvicorn_server.servers[0].sockets[0].getsockname()[1]
            loop = asyncio.get_running_loop()
            harness = Harness(opened, server, loop, f"http://127.0.0.1:{port}", clock)
            found.append(harness)
            ready.set()
            await harness.stop.wait()
            uvicorn_server.should_exit = True
            await serving
    except BaseException as error:
        failed.append(error)
        ready.set()
        raise


_addresses = iter(range(1, 10**9))


def new_number() -> str:
    """Return a test number (+1 XXX 555 01XX) that nobody has in this instance, likely."""
    return f"+1{uuid.uuid4().int % 800 + 200}55501{next(_addresses) % 100:02d}"


def new_address() -> str:
    """Return a test address that nobody has."""
    return f"ada{next(_addresses)}.{uuid.uuid4().hex[:6]}+clerk_test@example.com"
