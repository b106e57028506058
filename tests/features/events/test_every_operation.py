"""Every operation that changes something writes an event, or it stands here why not."""

from dataclasses import dataclass, field

import httpx

from hallporter.contract.api_version import NEWEST
from hallporter.main import operations
from tests.conftest import Make
from tests.contract.recording import Recorder
from tests.contract.walk import SETTINGS, walk
from tests.features.events.written import POSSIBLE, events
from tests.harness import PASSWORD, TEST_CODE, Tenant, new_address

_COUNT = "select count(*) from events where instance_id = $1"
_BEGINS = "begins what another operation brings to its end"
_NO_EVENT = "Clerk has no event for it"
_TOKEN = "a token is made or judged, which is no object"
_BROWSER = "it concerns a browser and nobody's account"
SILENT = {
    **dict.fromkeys(
        (
            "post_passkey",
            "post_totp",
            "prepare_sign_in_factor_one",
            "prepare_trusted_device",
            "reauthorize_external_account",
            "post_oauth_callback",
            "update_sign_ups",
        ),
        _BEGINS,
    ),
    **dict.fromkeys(
        (
            "start_session_reverification",
            "prepare_session_reverification_first_factor",
            "prepare_session_reverification_second_factor",
            "attempt_session_reverification_first_factor",
            "attempt_session_reverification_second_factor",
            "attempt_trusted_device",
            "validate_trusted_device",
            "revoke_trusted_device",
            "revoke_user_trusted_device",
            "create_allowlist_identifier",
            "create_blocklist_identifier",
            "delete_allowlist_identifier",
            "delete_blocklist_identifier",
            "create_jwt_template",
            "update_jwt_template",
            "delete_jwt_template",
            "create_redirect_url",
            "delete_redirect_url",
            "delete_waitlist_entry",
            "move_testing_clock",
            "revoke_external_account_tokens",
            "revoke_invitation",
            "touch_session",
        ),
        _NO_EVENT,
    ),
    **dict.fromkeys(
        (
            "create_actor_token",
            "create_service_token",
            "create_session_token",
            "create_session_token_from_template",
            "create_session_token_with_template",
            "create_sign_in_token",
            "create_testing_token",
            "refresh_session",
            "revoke_actor_token",
            "revoke_agent_task",
            "revoke_sign_in_token",
            "verify_client",
            "verify_password",
        ),
        _TOKEN,
    ),
    **dict.fromkeys(
        (
            "create_dev_browser",
            "post_dev_browser_init_set_cookie",
            "put_client",
            "update_environment",
        ),
        _BROWSER,
    ),
}


@dataclass
class Listening(Recorder):
    """Notes which operations wrote events."""

    tenant: Tenant | None = None
    seen: int = 0
    loud: set[str] = field(default_factory=set[str])

    def _note(self, api: str, reply: httpx.Response) -> None:
        super()._note(api, reply)  # type: ignore[arg-type]
        assert self.tenant is not None
        harness = self.tenant.harness
        count = harness.run(harness.open.db.value(_COUNT, self.tenant.id))
        if count > self.seen:
            self.loud.add(self.replies[-1].operation.name)
        self.seen = count


def _what_the_walk_only_tries(tenant: Tenant, listening: Listening) -> None:
    """Do what the walk is refused, or does where there is nothing to change."""
    with tenant.backend() as backend, tenant.browser() as browser:
        listening.listen(backend, browser)
        user = backend.create_user(totp_secret="A" * 32)
        backend.delete(f"/v1/users/{user['id']}/mfa").ok()
        account = browser.sign_up()
        browser.post("/v1/client/sessions", _method="DELETE").ok()
        begun = browser.post("/v1/client/sign_ins", identifier=account.email_address).ok()
        path = f"/v1/client/sign_ins/{begun.body['id']}"
        how = {"strategy": "reset_password_email_code"}
        browser.post(f"{path}/prepare_first_factor", **how).ok()
        browser.post(f"{path}/attempt_first_factor", code=TEST_CODE, **how).ok()
        browser.post(f"{path}/reset_password", password=f"{PASSWORD} anew").ok()
        tenant.update(attributes__password__required=False)
        browser.post("/v1/me/remove_password", current_password=f"{PASSWORD} anew").ok()
        begun = browser.post("/v1/client/sign_ups", phone_number="+4915112345678").ok()
        path = f"/v1/client/sign_ups/{begun.body['id']}/prepare_verification"
        browser.post(path, strategy="phone_code").ok()
        tenant.update(require_multi_factor=True)
        tenant.browser().sign_up()
        tenant.update(sign_up__mode="waitlist")
        browser.post("/v1/waitlist", email_address=new_address()).ok()


def test_every_operation_that_is_no_get_writes_an_event_or_says_why_not(
    make_instance: Make,
) -> None:
    tenant = make_instance(SETTINGS)
    listening = Listening(tenant=tenant)
    walk(tenant, NEWEST, listening)
    _what_the_walk_only_tries(tenant, listening)
    changing = {each.name for each in operations() if each.method != "GET" and each.serves(NEWEST)}
    assert sorted(changing - listening.loud) == sorted(SILENT)
    assert {each.type for each in events(tenant)} == POSSIBLE
