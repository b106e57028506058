from collections.abc import Iterator

import pytest

from tests.conftest import Make
from tests.features.messages.servers import Carrier, MailServer, carrier, mail_server
from tests.house import Tenant


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
