from collections.abc import Iterator

import pytest

from hallporter.core.jobs import ADDED
from tests.conftest import Make
from tests.features.messages.servers import Carrier, MailServer, carrier, mail_server
from tests.harness import Clock, Harness, Tenant


class WakingClock(Clock):
    """The harness's clock. When it is moved, jobs that are due run at once."""

    def __init__(self, harness: Harness) -> None:
        self._harness = harness

    def now(self) -> int:
        """Return milliseconds since the epoch."""
        return self._harness.clock.now()

    def advance(self, **by: float) -> None:
        """Move ahead."""
        self._harness.clock.advance(**by)
        self._harness.run(self._wake())

    async def _wake(self) -> None:
        async with self._harness.server.db.write() as tx:
            tx.announce(ADDED)


@pytest.fixture
def clock(harness: Harness, clock: Clock) -> Clock:
    """A clock whose moves nobody has to wait for."""
    return WakingClock(harness)


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    """A mail server that takes everything."""
    with mail_server() as server:
        yield server


@pytest.fixture
def twilio() -> Iterator[Carrier]:
    """A carrier that takes everything."""
    with carrier() as server:
        yield server


@pytest.fixture
def instance(make_instance: Make, smtp: MailServer) -> Tenant:
    """An instance whose mail leaves through the mail server."""
    tenant = make_instance()
    tenant.update(
        mail__transport="smtp",
        mail__host="127.0.0.1",
        mail__port=smtp.port,
        mail__security="none",
        mail__from_address="no-reply@acme.example",
        display__application_name="Acme",
    )
    return tenant
