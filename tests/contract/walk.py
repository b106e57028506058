"""A walk past every operation of the server, with whatever version a caller may name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyotp
from pyotp.totp import TOTP

from hallporter.contract.api_version import V2025_04_10, ApiVersion
from hallporter.contract.settings import (
    Attributes,
    AttributeSettings,
    Settings,
    TrustedDeviceSettings,
)
from tests import devices, links, wallets
from tests.authenticator import Authenticator
from tests.contract.recording import Recorded, Recorder
from tests.factors import add_app
from tests.house import (
    ORIGIN,
    PASSWORD,
    TEST_CODE,
    Account,
    Backend,
    Browser,
    Reply,
    Tenant,
    new_address,
    new_number,
)
from tests.pictures import encoded
from tests.social.stand_in import StandIn, standing_in

NEW_PASSWORD = "staple battery horse correct"
# Everything that an operation may need is switched on.
SETTINGS = Settings(
    test_mode=True,
    trusted_device=TrustedDeviceSettings(sign_in=True),
    attributes=Attributes(
        email_address=links.settings().attributes.email_address,
        username=AttributeSettings(enabled=True, used_for_first_factor=True),
        passkey=AttributeSettings(enabled=True, used_for_first_factor=True),
        web3_wallet=wallets.settings().attributes.web3_wallet,
        phone_number=AttributeSettings(
            enabled=True,
            used_for_first_factor=True,
            first_factors=["phone_code"],
            used_for_second_factor=True,
            second_factors=["phone_code"],
            verifications=["phone_code"],
        ),
    ),
)


@dataclass(frozen=True)
class Walker:
    """Who walks: a server, and browsers that are made on the way."""

    tenant: Tenant
    version: ApiVersion
    recorder: Recorder
    backend: Backend

    def browser(self) -> Browser:
        """Return a new browser that is listened to."""
        browser = self.tenant.browser(self.version)
        self.recorder.listen(browser)
        return browser

    def signed_in(self) -> tuple[Browser, Account]:
        """Return a browser with somebody signed in."""
        browser = self.browser()
        return browser, browser.sign_up()

    def user(self, **given: Any) -> str:
        """Make a user and return the id."""
        return self.backend.create_user(**given)["id"]


def walk(tenant: Tenant, version: ApiVersion, recorder: Recorder | None = None) -> list[Recorded]:
    """Call every operation that `version` has, and return all replies."""
    recorder = recorder or Recorder()
    with tenant.backend(version) as backend:
        recorder.listen(backend)
        walker = Walker(tenant, version, recorder, backend)
        for part in PARTS:
            part(walker)
    return recorder.replies


def _instance(walker: Walker) -> None:
    browser, backend = walker.browser(), walker.backend
    for path in (
        "/v1/environment",
        "/.well-known/jwks.json",
        "/.well-known/openid-configuration",
        "/.well-known/assetlinks.json",
        "/.well-known/apple-app-site-association",
        "/v1/account_portal",
        "/v1/clear-site-data",
        "/v1/health",
    ):
        browser.get(path).ok()
    assert browser.get("/v1/redirect", redirect_url=ORIGIN).status == 307
    browser.post("/v1/environment", _method="PATCH").ok()
    through_a_proxy = {
        "Clerk-Proxy-Url": f"{ORIGIN}/__clerk",
        "Clerk-Secret-Key": walker.tenant.secret_key,
        "X-Forwarded-For": "203.0.113.9",
    }
    query = {"domain_id": "dmn_1"}
    browser.request("GET", "/v1/proxy-health", params=query, headers=through_a_proxy).ok()
    backend.get("/v1/jwks").ok()
    backend.post("/v1/testing_tokens").ok()
    backend.post("/v1/testing/clock", action="advance", by=1_000).ok()
    backend.get("/v1/testing/clock").ok()
    backend.post("/v1/testing/clock", action="resume").ok()


def _client(walker: Walker) -> None:
    browser = walker.browser()
    browser.get("/v1/client").ok()
    browser.post("/v1/client").ok()
    browser.post("/v1/client", _method="PUT").ok()
    browser.post("/v1/dev_browser").ok()
    browser.sign_up()
    browser.get("/v1/client").ok()
    browser.get("/v1/me").ok()
    back = browser.get("/v1/client/handshake", redirect_url=f"{ORIGIN}/", format="nonce")
    nonce = back.headers["location"].partition("__clerk_handshake_nonce=")[2]
    walker.backend.get("/v1/clients/handshake_payload", nonce=nonce).ok()
    browser.post("/v1/client", _method="DELETE").ok()


def _satellites(walker: Walker) -> None:
    domain = f"{walker.tenant.slug}.satellite.localhost"
    walker.tenant.update(satellite_domains=[domain])
    browser, _ = walker.signed_in()
    there = {"Host": f"clerk.{domain}"}
    query = {"redirect_url": f"http://{domain}/"}
    away = browser.request("GET", "/v1/client/sync", params=query, headers=there)
    home = browser.get("/v1/client/sync", **_query_of(away))
    back = browser.request("GET", "/v1/client/link", params=_query_of(home), headers=there)
    assert back.headers["location"] == f"http://{domain}/?__clerk_synced=true"


def _query_of(reply: Reply) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(reply.headers["location"]).query))


def _clients(walker: Walker) -> None:
    browser, account = walker.signed_in()
    walker.backend.get("/v1/clients").ok()
    walker.backend.get(f"/v1/clients/{browser.client_id}").ok()
    walker.backend.post("/v1/clients/verify", token=browser.token(account.session_id)).ok()
    walker.backend.get("/v1/clients/client_nobody")


def _own_sessions(walker: Walker) -> None:
    browser, account = walker.signed_in()
    path = f"/v1/client/sessions/{account.session_id}"
    browser.get(path).ok()
    browser.post(f"{path}/touch").ok()
    browser.post(f"{path}/tokens").ok()
    browser.post(f"{path}/end").ok()
    browser.post(f"/v1/client/sessions/{browser.sign_up().session_id}/remove").ok()
    browser.sign_up()
    browser.post("/v1/client/sessions", _method="DELETE").ok()


def _sessions(walker: Walker) -> None:
    backend = walker.backend
    made = backend.post("/v1/sessions", user_id=walker.user()).ok().json
    path = f"/v1/sessions/{made['id']}"
    backend.get("/v1/sessions").ok()
    backend.get(path).ok()
    token = backend.post(f"{path}/tokens").ok().json["jwt"]
    if walker.version < V2025_04_10:
        backend.post(f"{path}/verify", token=token).ok()
    backend.post(
        f"{path}/refresh", expired_token=token, refresh_token="made up", request_origin=ORIGIN
    )
    backend.post(f"{path}/revoke").ok()


def _passkeys(walker: Walker) -> None:
    browser, account = walker.signed_in()
    device, path = Authenticator(), "/v1/me/passkeys"
    begun = browser.post(path).ok().body
    answer = device.create(begun["verification"]["nonce"])
    browser.post(f"{path}/{begun['id']}/attempt_verification", public_key_credential="{}")
    browser.post(f"{path}/{begun['id']}/attempt_verification", public_key_credential=answer).ok()
    browser.get(f"{path}/{begun['id']}").ok()
    browser.post(f"{path}/{begun['id']}", _method="PATCH", name="My phone").ok()
    visitor = walker.browser()
    asked = visitor.post("/v1/client/sign_ins", strategy="passkey").ok().body
    answer = device.get(asked["first_factor_verification"]["nonce"])
    visitor.post(
        f"/v1/client/sign_ins/{asked['id']}/attempt_first_factor",
        strategy="passkey",
        public_key_credential=answer,
    ).ok()
    verify = f"/v1/client/sessions/{account.session_id}/verify"
    browser.post(verify, level="first_factor").ok()
    asked = browser.post(f"{verify}/prepare_first_factor", strategy="passkey").ok().body
    browser.post(
        f"{verify}/attempt_first_factor",
        strategy="passkey",
        public_key_credential=device.get(asked["first_factor_verification"]["nonce"]),
    ).ok()
    browser.post(f"{path}/{begun['id']}", _method="DELETE").ok()
    further = browser.post(path).ok().body["id"]
    walker.backend.delete(f"/v1/users/{account.user_id}/passkeys/{further}").ok()


def _trusted_devices(walker: Walker) -> None:
    app, phone = devices.App(walker.tenant, walker.version), devices.Device()
    walker.recorder.listen(app)
    account = app.sign_up()
    devices.enrol(app, phone)
    app.get(devices.ROOT).ok()
    app.sign_out()
    app.post("/v1/client/trusted_devices/validate", trusted_device_id=phone.id).ok()
    path, challenge = devices.ask(app, phone)
    app.post(
        f"{path}/prepare_first_factor", strategy="trusted_device", trusted_device_id=phone.id
    ).ok()
    devices.sign_in(app, phone, path, challenge)
    devices.sign_in(app, phone, *devices.ask(app, phone)).ok()
    theirs = f"/v1/users/{account.user_id}/trusted_devices"
    walker.backend.get(theirs).ok()
    app.post(f"{devices.ROOT}/{phone.id}", _method="DELETE").ok()
    another = devices.Device()
    devices.enrol(app, another)
    walker.backend.delete(f"{theirs}/{another.id}").ok()


def _client_trust(walker: Walker) -> None:
    walker.tenant.update(client_trust=True)
    browser, account = walker.browser(), walker.tenant.browser().sign_up()
    asked = browser.sign_in(account.email_address).ok().body
    path = f"/v1/client/sign_ins/{asked['id']}"
    if walker.version >= V2025_04_10:
        # Older documents have no link in the client's own sign-in.
        to = {"strategy": "email_link", "redirect_url": links.HERE}
        browser.post(f"{path}/prepare_second_factor", **to).ok()
    browser.post(f"{path}/prepare_second_factor", strategy="email_code").ok()
    browser.post(f"{path}/attempt_second_factor", strategy="email_code", code=TEST_CODE).ok()
    walker.tenant.update(client_trust=False)


def _reverification(walker: Walker) -> None:
    browser, account = walker.signed_in()
    app = add_app(walker.tenant, account.user_id)
    path = f"/v1/client/sessions/{account.session_id}/verify"
    browser.post(path, level="multi_factor").ok()
    browser.post(f"{path}/prepare_first_factor", strategy="email_code").ok()
    browser.post(f"{path}/attempt_first_factor", strategy="email_code", code="000000")
    browser.post(f"{path}/attempt_first_factor", strategy="password", password=PASSWORD).ok()
    browser.post(f"{path}/prepare_second_factor", strategy="totp")
    browser.post(f"{path}/attempt_second_factor", strategy="totp", code=app.code()).ok()


def _wallets(walker: Walker) -> None:
    browser, account = walker.signed_in()
    wallet, further = wallets.Wallet(), wallets.SolanaWallet()
    made = wallets.connect(browser, wallet).ok().body["id"]
    browser.get("/v1/me/web3_wallets").ok()
    browser.get(f"/v1/me/web3_wallets/{made}").ok()
    path, _ = wallets.begin_connect(browser, further)
    wallets.answer(browser, path, "0x")
    browser.post(path, _method="DELETE").ok()
    visitor = walker.browser()
    path, message = wallets.begin_sign_in(visitor, wallet)
    visitor.get(path).ok()
    wallets.answer_sign_in(visitor, path, wallet.strategy, "0x")
    wallets.answer_sign_in(visitor, path, wallet.strategy, wallet.sign(message)).ok()
    wallets.sign_up(walker.browser(), further).ok()
    user = f"/v1/users/{account.user_id}"
    walker.backend.get(user).ok()
    walker.backend.delete(f"{user}/web3_wallets/{made}").ok()


def _own_account(walker: Walker) -> None:
    browser, account = walker.signed_in()
    browser.get("/v1/me").ok()
    browser.post("/v1/me", _method="PATCH", first_name="Ada", username="ada_lovelace").ok()
    browser.post("/v1/me", _method="PATCH", username="no name")
    browser.post("/v1/me/metadata", _method="PATCH", unsafe_metadata='{"a": {"b": 1}}').ok()
    given = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    browser.post("/v1/me/change_password", **given).ok()
    browser.post("/v1/me/change_password", **given)
    browser.post("/v1/me/remove_password", current_password=NEW_PASSWORD)
    secret = browser.post("/v1/me/totp").ok().body["secret"]
    code = TOTP(secret).at(walker.tenant.house.clock.now() // 1000)
    browser.post("/v1/me/totp/attempt_verification", code="000000")
    browser.post("/v1/me/totp/attempt_verification", code=code).ok()
    browser.post("/v1/me/backup_codes").ok()
    browser.post("/v1/me/totp", _method="DELETE").ok()
    browser.get("/v1/me/sessions").ok()
    browser.get("/v1/me/sessions/active").ok()
    other = walker.backend.post("/v1/sessions", user_id=account.user_id).ok().json["id"]
    browser.post(f"/v1/me/sessions/{other}/revoke").ok()
    picture = {"file": ("me.png", encoded(), "image/png")}
    shown = browser.request("POST", "/v1/me/profile_image", files=picture).ok().body["id"]
    browser.request("POST", "/v1/me/profile_image", files={"file": ("me.png", b"no picture")})
    browser.post("/v1/me/profile_image", _method="DELETE").ok()
    browser.get(f"/v1/images/{shown}")
    browser.request("POST", "/v1/me/profile_image", files=picture).ok()
    walker.backend.delete(f"/v1/users/{account.user_id}/profile_image").ok()
    _own_email_addresses(browser)
    _own_phone_numbers(browser)
    browser.post("/v1/me", _method="DELETE").ok()


def _own_phone_numbers(browser: Browser) -> None:
    path = "/v1/me/phone_numbers"
    made = browser.post(path, phone_number=new_number()).ok().body["id"]
    browser.get(path).ok()
    browser.get(f"{path}/{made}").ok()
    browser.post(f"{path}/{made}/prepare_verification", strategy="phone_code").ok()
    browser.post(f"{path}/{made}/attempt_verification", code="000000")
    browser.post(f"{path}/{made}/attempt_verification", code=TEST_CODE).ok()
    browser.post(f"{path}/{made}", _method="PATCH", reserved_for_second_factor="true").ok()
    browser.post(f"{path}/{made}", _method="DELETE").ok()


def _own_email_addresses(browser: Browser) -> None:
    path = "/v1/me/email_addresses"
    made = browser.post(path, email_address=new_address()).ok().body["id"]
    browser.get(path).ok()
    browser.get(f"{path}/{made}").ok()
    browser.post(f"{path}/{made}/prepare_verification", strategy="email_code").ok()
    browser.post(f"{path}/{made}/attempt_verification", code="000000")
    browser.post(f"{path}/{made}/attempt_verification", code=TEST_CODE).ok()
    browser.post(f"{path}/{made}", _method="DELETE").ok()


def _jwt_templates(walker: Walker) -> None:
    backend = walker.backend
    made = backend.post("/v1/jwt_templates", name="shop", claims={"id": "{{user.id}}"}).ok().json
    path = f"/v1/jwt_templates/{made['id']}"
    backend.get("/v1/jwt_templates").ok()
    backend.get(path).ok()
    browser, account = walker.signed_in()
    browser.post(f"/v1/client/sessions/{account.session_id}/tokens/shop").ok()
    backend.post(f"/v1/sessions/{account.session_id}/tokens/shop").ok()
    backend.post(f"/v1/sessions/{account.session_id}/tokens/nothing")
    backend.patch(path, name="shop", claims={"sub": "somebody"})
    backend.patch(path, name="shop", claims={}, lifetime=600).ok()
    backend.delete(path).ok()


def _redirect_urls(walker: Walker) -> None:
    backend, root = walker.backend, "/v1/redirect_urls"
    made = backend.post(root, url="my-app://callback").ok().json
    backend.post(root, url="my-app://callback")
    backend.get(root).ok()
    backend.get(f"{root}/{made['id']}").ok()
    backend.delete(f"{root}/{made['id']}").ok()
    backend.delete(f"{root}/{made['id']}")


def _sign_in_tokens(walker: Walker) -> None:
    made = walker.backend.post("/v1/sign_in_tokens", user_id=walker.user()).ok().json
    walker.browser().post("/v1/client/sign_ins", strategy="ticket", ticket=made["token"]).ok()
    other = walker.backend.post("/v1/sign_in_tokens", user_id=walker.user()).ok().json
    walker.backend.post(f"/v1/sign_in_tokens/{other['id']}/revoke").ok()


def _actor_tokens(walker: Walker) -> None:
    given = {"user_id": walker.user(), "actor": {"sub": "support"}}
    made = walker.backend.post("/v1/actor_tokens", **given).ok().json
    browser = walker.browser()
    assert browser.get("/v1/tickets/accept", ticket=made["token"]).status == 303
    browser.post("/v1/client/sign_ins", strategy="ticket", ticket=made["token"]).ok()
    browser.post("/v1/me", _method="DELETE")
    other = walker.backend.post("/v1/actor_tokens", **given).ok().json
    walker.backend.post(f"/v1/actor_tokens/{other['id']}/revoke").ok()
    walker.backend.post(f"/v1/actor_tokens/{other['id']}/revoke")


def _agent_tasks(walker: Walker) -> None:
    given = {
        "on_behalf_of": {"user_id": walker.user()},
        "permissions": "*",
        "agent_name": "mailer",
        "task_description": "Answer the mail",
        "redirect_url": ORIGIN,
    }
    made = walker.backend.post("/v1/agents/tasks", **given).ok().json
    ticket = made["url"].partition("ticket=")[2]
    assert walker.browser().get("/v1/agents/tasks", ticket=ticket).status == 307
    walker.browser().get("/v1/agents/tasks", ticket=ticket)
    walker.browser().get("/v1/agents/tasks", ticket="made up")
    other = walker.backend.post("/v1/agents/tasks", **given).ok().json
    walker.backend.post(f"/v1/agents/tasks/{other['agent_task_id']}/revoke").ok()
    walker.backend.post(f"/v1/agents/tasks/{other['agent_task_id']}/revoke")


def _early_sdks(walker: Walker) -> None:
    walker.browser().get("/.well-known/webauthn")
    walker.browser().get("/v1/dev_browser/init", origin=ORIGIN)
    developed = walker.tenant.house.make_instance(environment_type="development")
    on_our_host = developed.browser(walker.version)
    walker.recorder.listen(on_our_host)
    on_our_host.post("/v1/dev_browser/set_first_party_cookie").ok()
    browser, _ = walker.signed_in()
    walker.backend.post("/v1/jwt_templates", name="early", claims={}).ok()
    browser.post("/v1/me/tokens", service="early").ok()
    browser.post("/v1/me/tokens", service="nothing")


def _enterprise(walker: Walker) -> None:
    browser, _ = walker.signed_in()
    browser.get("/v1/me/enterprise_connections").ok()
    begun = walker.browser()
    sign_up = begun.post("/v1/client/sign_ups", email_address=new_address()).ok()
    begun.get(f"/v1/client/sign_ups/{sign_up.body['id']}/enterprise_connections").ok()
    begun.post("/v1/client/sign_ins", strategy="enterprise_sso", identifier=new_address())


def _sign_ups(walker: Walker) -> None:
    browser = walker.browser()
    begun = browser.post("/v1/client/sign_ups", email_address=new_address()).ok()
    path = f"/v1/client/sign_ups/{begun.body['id']}"
    browser.get(path).ok()
    browser.post(path, _method="PATCH", password=PASSWORD, first_name="Ada").ok()
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    browser.post(f"{path}/attempt_verification", strategy="email_code", code="000000")
    browser.post(f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE).ok()


def _invitations(walker: Walker) -> None:
    backend, address = walker.backend, new_address()
    made = backend.post("/v1/invitations", email_address=address, expires_in_days=3).ok().json
    ticket = made["url"].partition("ticket=")[2]
    browser = walker.browser()
    assert browser.get("/v1/tickets/accept", ticket=ticket).status == 303
    browser.post("/v1/client/sign_ups", strategy="ticket", ticket=ticket, password=PASSWORD).ok()
    browser.post("/v1/client/sign_ups", strategy="ticket", ticket="made up")
    several = [{"email_address": new_address()}, {"email_address": new_address()}]
    others = backend.request("POST", "/v1/invitations/bulk", json=several).ok().json
    backend.post("/v1/invitations", **several[0])
    backend.get("/v1/invitations").ok()
    backend.post(f"/v1/invitations/{others[0]['id']}/revoke").ok()
    backend.post(f"/v1/invitations/{others[0]['id']}/revoke")


def _waitlist(walker: Walker) -> None:
    backend, path = walker.backend, "/v1/waitlist_entries"
    walker.browser().post("/v1/waitlist", email_address=new_address())
    first = backend.post(path, email_address=new_address()).ok().json["id"]
    several = [{"email_address": new_address()}, {"email_address": new_address()}]
    made = backend.request("POST", f"{path}/bulk", json=several).ok().json
    backend.post(f"{path}/{first}/invite").ok()
    backend.post(f"{path}/{made[0]['id']}/reject").ok()
    backend.post(f"{path}/{made[0]['id']}/reject")
    backend.get(path).ok()
    backend.delete(f"{path}/{made[1]['id']}").ok()


def _lists(walker: Walker) -> None:
    backend = walker.backend
    for path in ("/v1/allowlist_identifiers", "/v1/blocklist_identifiers"):
        made = backend.post(path, identifier="*@example.com").ok().json
        backend.post(path, identifier="*@example.com")
        backend.get(path).ok()
        backend.delete(f"{path}/{made['id']}").ok()


def _email_links(walker: Walker) -> None:
    browser, address = walker.browser(), new_address()
    path = links.begin_sign_up(browser, address, password=PASSWORD)
    browser.get(path).ok()
    opened = links.follow(browser, links.mailed(walker.tenant.outbox(), address))
    assert opened.status == 303
    browser.get(path).ok()
    browser.get("/v1/verify", token="made up")
    again = walker.browser()
    path = links.begin_sign_in(again, address)
    links.follow(again, links.mailed(walker.tenant.outbox(), address))
    again.get(path).ok()


def _sign_ins(walker: Walker) -> None:
    address, secret = new_address(), pyotp.random_base32()
    walker.user(email_address=[address], totp_secret=secret)
    browser = walker.browser()
    begun = browser.post("/v1/client/sign_ins", identifier=address).ok()
    path = f"/v1/client/sign_ins/{begun.body['id']}"
    browser.get(path).ok()
    strategy = "reset_password_email_code"
    browser.post(f"{path}/attempt_first_factor", strategy="password", password="not this")
    browser.post(f"{path}/prepare_first_factor", strategy=strategy).ok()
    browser.post(f"{path}/attempt_first_factor", strategy=strategy, code=TEST_CODE).ok()
    browser.post(f"{path}/reset_password", password=NEW_PASSWORD).ok()
    browser.post(f"{path}/prepare_second_factor", strategy="totp")
    code = TOTP(secret).at(walker.tenant.house.clock.now() // 1000)
    browser.post(f"{path}/attempt_second_factor", strategy="totp", code=code).ok()


def _users(walker: Walker) -> None:
    backend, path = walker.backend, f"/v1/users/{walker.user(username='ada_l', external_id='1')}"
    backend.get("/v1/users").ok()
    backend.get("/v1/users/count").ok()
    backend.get(path).ok()
    backend.patch(path, first_name="Ada").ok()
    backend.patch(f"{path}/metadata", public_metadata={"a": 1}).ok()
    backend.request("PUT", f"{path}/metadata", json={"public_metadata": {"b": 2}}).ok()
    for change in ("ban", "unban", "lock", "unlock"):
        backend.post(f"{path}/{change}").ok()
    several = [walker.user(), walker.user()]
    backend.post("/v1/users/ban", user_ids=several).ok()
    backend.post("/v1/users/unban", user_ids=several).ok()
    backend.post("/v1/users", email_address=["no address"])
    backend.delete(path).ok()


def _credentials(walker: Walker) -> None:
    backend, secret = walker.backend, pyotp.random_base32()
    given = {"totp_secret": secret, "backup_codes": ["abcdefgh1", "abcdefgh2"]}
    path = f"/v1/users/{walker.user(**given)}"
    backend.post(f"{path}/verify_password", password=PASSWORD).ok()
    backend.post(f"{path}/password/set_compromised", revoke_all_sessions=False).ok()
    backend.post(f"{path}/password/unset_compromised").ok()
    code = TOTP(secret).at(walker.tenant.house.clock.now() // 1000)
    backend.post(f"{path}/verify_totp", code=code).ok()
    backend.delete(f"{path}/backup_code").ok()
    backend.delete(f"{path}/totp").ok()
    backend.delete(f"{path}/mfa").ok()
    backend.post(f"{path}/remove_password").ok()


def _email_addresses(walker: Walker) -> None:
    backend, user_id = walker.backend, walker.user()
    given = {"user_id": user_id, "email_address": new_address()}
    made = backend.post("/v1/email_addresses", **given).ok().json
    path = f"/v1/email_addresses/{made['id']}"
    backend.get(path).ok()
    backend.patch(path, verified=True).ok()
    backend.delete(path).ok()


def _external_accounts(walker: Walker) -> None:
    back = {"strategy": "oauth_custom_mock", "redirect_url": f"{ORIGIN}/back"}
    # It stood still since the walk began: to it, a provider's tokens would be from the future.
    walker.tenant.house.clock.reset()
    with standing_in() as provider:
        walker.tenant.update(social__oauth_custom_mock=provider.settings)
        walker.browser().get("/v1/environment").ok()
        browser = walker.browser()
        _visit(browser, provider, browser.post("/v1/client/sign_ins", **back).ok())
        browser.get("/v1/client").ok()
        browser.post("/v1/client/sign_ups", transfer="true").ok()
        account = browser.get("/v1/me").ok().body["external_accounts"][0]
        path = f"/v1/me/external_accounts/{account['id']}"
        renewed = browser.post(f"{path}/reauthorize", _method="PATCH", **back).ok()
        _visit(browser, provider, renewed)
        user_id = browser.get("/v1/me").ok().body["id"]
        held = f"/v1/users/{user_id}/oauth_access_tokens/oauth_custom_mock"
        walker.backend.get(held).ok()
        browser.post(f"{path}/tokens", _method="DELETE").ok()
        browser.post(path, _method="DELETE").ok()
        _visit(browser, provider, browser.post("/v1/me/external_accounts", **back).ok())
        account = browser.get("/v1/me").ok().body["external_accounts"][0]
        walker.backend.delete(f"/v1/users/{user_id}/external_accounts/{account['id']}").ok()
        other = walker.browser()
        other.post("/v1/client/sign_ups", **back).ok()
        other.get("/v1/oauth_callback", state="made up", code="made up")
        other.post("/v1/oauth_callback", state="made up", error="access_denied")


def _visit(browser: Browser, provider: StandIn, begun: Reply) -> None:
    body = begun.body
    visit = body.get("first_factor_verification") or body["verification"]
    location = provider.answer(visit["external_verification_redirect_url"])
    query = dict(parse_qsl(urlsplit(location).query))
    assert browser.get("/v1/oauth_callback", **query).status == 303


PARTS: tuple[Callable[[Walker], None], ...] = (
    _instance,
    _client,
    _satellites,
    _clients,
    _own_sessions,
    _sessions,
    _jwt_templates,
    _reverification,
    _passkeys,
    _wallets,
    _trusted_devices,
    _client_trust,
    _own_account,
    _sign_in_tokens,
    _actor_tokens,
    _agent_tasks,
    _early_sdks,
    _enterprise,
    _sign_ups,
    _email_links,
    _invitations,
    _waitlist,
    _lists,
    _redirect_urls,
    _sign_ins,
    _users,
    _credentials,
    _email_addresses,
    _external_accounts,
)
