"""What docs/operating/keys.md tells servers with `CLERK_JWT_KEY`, tried by Clerk's own client."""

import pytest
from clerk_backend_api.security import verify_token
from clerk_backend_api.security.types import TokenVerificationError, VerifyTokenOptions

from hallporter.contract.ids import InstanceId
from hallporter.features.instances import signing_keys
from tests.harness import Browser, Clock, Tenant


def test_servers_ask_for_keys_while_the_signing_key_changes(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    before, options = instance.jwt_key, options_that_ask(instance)
    assert verify_token(browser.token(account.session_id), options)["sub"] == account.user_id

    opened, id, now = instance.harness.open, InstanceId(instance.id), clock.now()
    made = signing_keys.rotate(opened.db, opened.box, id, signs_from=now + 1_000, now=now)
    coming = signing_keys.jwt_key(opened.box, instance.harness.run(made))
    clock.advance(seconds=2)
    instance.harness.run(instance.harness.server.directory.refresh())

    token = browser.token(account.session_id)
    # One that has read the keys before the change asks again by itself.
    assert verify_token(token, options)["sub"] == account.user_id
    assert verify_token(token, VerifyTokenOptions(jwt_key=coming))["sub"] == account.user_id
    # One that is given a key believes that alone.
    with pytest.raises(TokenVerificationError):
        verify_token(token, VerifyTokenOptions(jwt_key=before))


def options_that_ask(instance: Tenant) -> VerifyTokenOptions:
    """Return the options of a server without `CLERK_JWT_KEY`."""
    return VerifyTokenOptions(secret_key=instance.secret_key, api_url=instance.harness.url)
