"""Users set up an authenticator app and backup codes."""

from urllib.parse import parse_qs, unquote, urlsplit

from pyotp.totp import TOTP

from tests.factors import App
from tests.harness import Backend, Browser, Clock, Tenant


def set_up(browser: Browser, clock: Clock) -> tuple[App, list[str]]:
    """Turn an authenticator app on; return it and the backup codes."""
    app = App(browser.post("/v1/me/totp").ok().body["secret"], clock)
    done = browser.post("/v1/me/totp/attempt_verification", code=app.code()).ok()
    clock.advance(minutes=1)
    return app, done.body["backup_codes"]


def test_app_is_set_up_with_what_its_code_holds(browser: Browser) -> None:
    account = browser.sign_up()
    made = browser.post("/v1/me/totp").ok()
    assert (made.body["object"], made.body["verified"]) == ("totp", False)
    uri = urlsplit(str(made.body["uri"]))
    query = {name: values[0] for name, values in parse_qs(uri.query).items()}
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert unquote(uri.path) == f"/hallporter:{account.email_address}"
    assert (query["secret"], query["issuer"]) == (made.body["secret"], "hallporter")
    assert TOTP(query["secret"]).digits == int(query["digits"])
    assert not browser.get("/v1/me").body["totp_enabled"]


def test_app_counts_once_a_code_of_it_was_shown(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    app = App(browser.post("/v1/me/totp").ok().body["secret"], clock)
    path = "/v1/me/totp/attempt_verification"
    assert browser.post(path, code="000000").codes == ["form_code_incorrect"]
    done = browser.post(path, code=app.code()).ok()
    assert (done.body["verified"], done.body["secret"], done.body["uri"]) == (True, None, None)
    user = done.client["sessions"][0]["user"]
    assert user["totp_enabled"]
    assert user["two_factor_enabled"]
    assert user["mfa_enabled_at"] == clock.now()
    begun = instance.browser().sign_in(account.email_address).ok()
    assert begun.body["status"] == "needs_second_factor"


def test_first_factor_brings_backup_codes_which_sign_in_once(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    _, codes = set_up(browser, clock)
    assert len(set(codes)) == 10
    for status in ("complete", None):
        elsewhere = instance.browser()
        begun = elsewhere.sign_in(account.email_address).ok()
        path = f"/v1/client/sign_ins/{begun.body['id']}/attempt_second_factor"
        reply = elsewhere.post(path, strategy="backup_code", code=codes[0])
        assert (reply.body["status"] if status else reply.codes) == (
            status or ["form_code_incorrect"]
        )


def test_there_is_one_app(browser: Browser, clock: Clock) -> None:
    browser.sign_up()
    set_up(browser, clock)
    assert browser.post("/v1/me/totp").codes == ["totp_already_enabled"]
    again = browser.post("/v1/me/totp/attempt_verification", code="000000")
    assert again.codes == ["totp_already_enabled"]


def test_a_new_secret_replaces_one_that_was_not_verified(browser: Browser, clock: Clock) -> None:
    browser.sign_up()
    first = App(browser.post("/v1/me/totp").ok().body["secret"], clock)
    second = App(browser.post("/v1/me/totp").ok().body["secret"], clock)
    path = "/v1/me/totp/attempt_verification"
    assert browser.post(path, code=first.code()).codes == ["form_code_incorrect"]
    browser.post(path, code=second.code()).ok()


def test_without_a_secret_there_is_nothing_to_verify(browser: Browser) -> None:
    browser.sign_up()
    reply = browser.post("/v1/me/totp/attempt_verification", code="000000")
    assert reply.codes == ["verification_missing"]


def test_removed_app_takes_its_backup_codes_along(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    set_up(browser, clock)
    removed = browser.post("/v1/me/totp", _method="DELETE").ok()
    assert (removed.body["object"], removed.body["deleted"]) == ("totp", True)
    user = removed.client["sessions"][0]["user"]
    assert not user["totp_enabled"]
    assert not user["backup_code_enabled"]
    assert instance.browser().sign_in(account.email_address).body["status"] == "complete"
    assert browser.post("/v1/me/totp", _method="DELETE").codes == ["totp_not_enabled"]


def test_new_backup_codes_replace_the_old(instance: Tenant, browser: Browser, clock: Clock) -> None:
    account = browser.sign_up()
    assert browser.post("/v1/me/backup_codes/").codes == ["backup_codes_not_available"]
    _, old = set_up(browser, clock)
    made = browser.post("/v1/me/backup_codes/").ok()
    assert made.body["object"] == "backup_code"
    assert not set(made.body["codes"]) & set(old)
    elsewhere = instance.browser()
    path = f"/v1/client/sign_ins/{elsewhere.sign_in(account.email_address).body['id']}"
    for code, codes in ((old[0], ["form_code_incorrect"]), (made.body["codes"][0], None)):
        reply = elsewhere.post(f"{path}/attempt_second_factor", strategy="backup_code", code=code)
        assert (reply.codes if codes else reply.body["status"]) == (codes or "complete")


def test_what_the_instance_does_not_have_is_not_set_up(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    instance.update(attributes__backup_code__enabled=False)
    browser.sign_up()
    _, codes = set_up(browser, clock)
    assert codes is None
    assert browser.post("/v1/me/backup_codes").codes == ["backup_codes_not_available"]
    instance.update(attributes__authenticator_app__enabled=False)
    with instance.browser() as other:
        other.sign_up()
        assert other.post("/v1/me/totp").codes == ["form_param_unknown"]
    environment = browser.get("/v1/environment").json
    assert not environment["user_settings"]["attributes"]["authenticator_app"]["enabled"]
    assert environment["auth_config"]["second_factors"] == []


def test_no_secret_is_told_twice(browser: Browser, clock: Clock, backend: Backend) -> None:
    account = browser.sign_up()
    app, codes = set_up(browser, clock)
    for reply in (
        browser.get("/v1/client"),
        browser.get("/v1/me"),
        backend.get(f"/v1/users/{account.user_id}"),
    ):
        assert app.secret not in reply.text
        assert codes[0] not in reply.text
