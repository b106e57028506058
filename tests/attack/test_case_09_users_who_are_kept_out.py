"""Case 9: with a user's ban or end everything ends that signs them in, on every device at once."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import pytest

from tests.handshakes import cookies_of
from tests.harness import Account, Backend, Browser, Reply, Tenant


@dataclass(frozen=True)
class Everywhere:
    """A user who is signed in on two devices, and what was made to sign them in once more."""

    account: Account
    here: Browser
    there: Browser
    token: str
    refresh_token: str
    ticket: str

    def callers(self) -> list[Browser]:
        """Return the devices."""
        return [self.here, self.there]


@pytest.fixture
def everywhere(instance: Tenant, backend: Backend) -> Generator[Everywhere]:
    with instance.browser() as here, instance.browser() as there:
        account = here.sign_up()
        there.sign_in(account.email_address).ok()
        cookies = cookies_of(instance, here)
        refresh = next(value for name, value in cookies.items() if name.startswith("__refresh"))
        ticket = backend.post("/v1/sign_in_tokens", user_id=account.user_id).ok().json["token"]
        token = here.token(account.session_id)
        yield Everywhere(account, here, there, token, refresh, ticket)


def ban(backend: Backend, user_id: str) -> Reply:
    """Keep a user out until further notice."""
    return backend.post(f"/v1/users/{user_id}/ban").ok()


def delete(backend: Backend, user_id: str) -> Reply:
    """Forget a user."""
    return backend.delete(f"/v1/users/{user_id}").ok()


@pytest.mark.parametrize("keep_out", [ban, delete])
def test_case_09_every_session_ends_on_every_device(
    keep_out: Callable[[Backend, str], Reply], backend: Backend, everywhere: Everywhere
) -> None:
    account = everywhere.account
    keep_out(backend, account.user_id)
    for device in everywhere.callers():
        assert device.get("/v1/me").status == 401
        assert device.get("/v1/client").ok().body["sessions"] == []
    minted = everywhere.here.post(f"/v1/client/sessions/{account.session_id}/tokens")
    assert minted.status == 401
    assert backend.post(f"/v1/sessions/{account.session_id}/tokens").status in (401, 404)
    assert backend.post("/v1/clients/verify", token=everywhere.token).status == 404


@pytest.mark.parametrize("keep_out", [ban, delete])
def test_case_09_nothing_that_was_made_before_signs_in_again(
    keep_out: Callable[[Backend, str], Reply],
    instance: Tenant,
    backend: Backend,
    everywhere: Everywhere,
) -> None:
    account = everywhere.account
    elsewhere = instance.browser()
    begun = elsewhere.post("/v1/client/sign_ins", identifier=account.email_address).ok()
    keep_out(backend, account.user_id)
    refreshed = backend.post(
        f"/v1/sessions/{account.session_id}/refresh",
        expired_token=everywhere.token,
        refresh_token=everywhere.refresh_token,
        request_origin="http://localhost:3000",
        request_headers={},
    )
    assert refreshed.status >= 400
    with instance.browser() as stranger:
        by_ticket = stranger.post(
            "/v1/client/sign_ins", strategy="ticket", ticket=everywhere.ticket
        )
        assert by_ticket.status >= 400
        assert stranger.sign_in(account.email_address).status >= 400
    attempted = elsewhere.post(
        f"/v1/client/sign_ins/{begun.body['id']}/attempt_first_factor",
        strategy="password",
        password=account.password,
    )
    assert attempted.status >= 400
    assert elsewhere.get("/v1/client").ok().body["sessions"] == []


def test_case_09_who_lifts_a_ban_revives_no_session(
    backend: Backend, everywhere: Everywhere
) -> None:
    account = everywhere.account
    ban(backend, account.user_id)
    backend.post(f"/v1/users/{account.user_id}/unban").ok()
    assert everywhere.here.get("/v1/me").status == 401
    body = backend.get(f"/v1/sessions/{account.session_id}").json
    assert body["status"] not in ("active", "pending")
    assert everywhere.here.sign_in(account.email_address).ok()


def test_case_09_locked_user_signs_in_nowhere_and_stays_where_they_are(
    instance: Tenant, backend: Backend, everywhere: Everywhere
) -> None:
    """As at Clerk. Otherwise ten wrong guesses would sign anybody out."""
    account = everywhere.account
    backend.post(f"/v1/users/{account.user_id}/lock").ok()
    assert everywhere.here.get("/v1/me").status == 200
    with instance.browser() as stranger:
        by_ticket = stranger.post(
            "/v1/client/sign_ins", strategy="ticket", ticket=everywhere.ticket
        )
        assert (by_ticket.status, by_ticket.codes) == (403, ["user_locked"])
        assert stranger.sign_in(account.email_address).codes == ["user_locked"]
