"""Case 46: no log line holds a password, a code or a token."""

import asyncio
import json
from collections.abc import Iterator

import pytest
import structlog
from structlog.testing import LogCapture

from hallporter.contract.ids import InstanceId
from hallporter.contract.settings import Settings
from hallporter.features.messages import store as message_store
from tests.conftest import Make
from tests.factors import add_app
from tests.handshakes import cookies_of
from tests.harness import Tenant

PASSWORD = "canary-password-9f2c"
WRONG = "canary-guess-77aa"
TEMPLATE = "canary-key-of-a-template-5e1d-77"


@pytest.fixture
def log() -> Iterator[LogCapture]:
    """Everything that is logged, with the text of exceptions."""
    capture = LogCapture()
    before = structlog.get_config()["processors"]
    processors = [structlog.processors.ExceptionRenderer(), capture]
    structlog.get_config()["processors"][:] = processors
    yield capture
    structlog.get_config()["processors"][:] = before


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance whose codes are test codes: none is mailed."""
    return make_instance(Settings(test_mode=True))


def test_case_46_nothing_that_gives_access_is_logged(instance: Tenant, log: LogCapture) -> None:
    browser = instance.browser()
    account = browser.sign_up(password=PASSWORD)
    app = add_app(instance, account.user_id, backup_codes=("canary-backup-51",))
    secrets = [PASSWORD, WRONG, "canary-backup-51", app.secret, instance.secret_key]
    secrets += [browser.cookie("__client") or "", browser.token(account.session_id)]
    secrets += list(cookies_of(instance, browser).values())
    with instance.backend() as backend:
        ticket = backend.post("/v1/sign_in_tokens", user_id=account.user_id).ok().json["token"]
        secrets.append(ticket)
        given = {"custom_signing_key": True, "signing_algorithm": "HS256", "signing_key": TEMPLATE}
        for key in ({}, {"signing_key": TEMPLATE[:20]}, {"signing_algorithm": "RS256"}):
            backend.post("/v1/jwt_templates", name="shop", claims={}, **{**given, **key})
        secrets += [TEMPLATE, TEMPLATE[:20]]
        backend.post("/v1/clients/verify", token=WRONG)
        backend.post("/v1/clients/verify", token=browser.token(account.session_id), x=PASSWORD)
        backend.request("POST", "/v1/clients/verify", content=b'{"token": "' + WRONG.encode())
    with instance.backend(secret_key=f"sk_test_{WRONG}") as stranger:
        stranger.get("/v1/clients")
    other = instance.browser()
    other.sign_in(account.email_address, WRONG)
    waiting = other.sign_in(account.email_address, PASSWORD).ok().body
    path = f"/v1/client/sign_ins/{waiting['id']}/attempt_second_factor"
    other.post(path, strategy="backup_code", code=WRONG)
    other.post(path, strategy="totp", code=app.code()).ok()
    other.post("/v1/client/sign_ins", strategy="ticket", ticket=ticket)
    other.post("/v1/client/sign_ins", strategy="ticket", ticket=WRONG)
    text = json.dumps(log.entries, default=str)
    assert len(log.entries) > 5
    for secret in secrets:
        assert len(secret) < 6 or secret not in text, secret[:12]


def test_case_46_mailed_code_is_in_no_log_of_a_reachable_instance(
    make_instance: Make, log: LogCapture
) -> None:
    tenant = make_instance(frontend_host="clerk.casefortysix.example")
    # A native app: Secure cookies do not travel over the test's plain connection.
    app = tenant.browser(origin=None)
    app.params["_is_native"] = "1"
    address = "canary@example.com"
    begun = app.post("/v1/client/sign_ups", email_address=address, password="long enough").ok()
    app.http.headers["Authorization"] = begun.headers["authorization"]
    path = f"/v1/client/sign_ups/{begun.body['id']}/prepare_verification"
    app.post(path, strategy="email_code").ok()
    tenant.harness.run(_delivered(tenant))
    text = json.dumps(log.entries, default=str)
    assert tenant.outbox().last_code(address) not in text
    assert address not in text


async def _delivered(tenant: Tenant) -> None:
    """Wait until the instance's mail has been dealt with."""
    for _ in range(100):
        rows = await message_store.newest_messages(tenant.harness.open.db, InstanceId(tenant.id), 1)
        if rows[0].status != "queued":
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the mail is still queued")
