"""A server in a process of its own: what it prints, what it takes notice of, what it never logs."""

import json
import subprocess
import sys
import uuid
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from tests.cli.databases import log_of
from tests.cli.processes import Serving, hallporter, new_data_dir, serving, wait_until

PASSWORD = f"canary-{uuid.uuid4()}"
VERSION = {"__clerk_api_version": "2026-05-12"}


@pytest.fixture(scope="module")
def server() -> Generator[Serving]:
    with new_data_dir() as data_dir, serving(data_dir, "--log-level", "debug") as running:
        yield running


def test_the_first_start_prints_address_keys_and_settings(server: Serving) -> None:
    url, keys = f"http://localhost:{server.port}", server.keys
    lines = server.printed.splitlines()
    assert f"hallporter is ready at {url}" in lines
    for line in (
        f"NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY={keys['publishable_key']}",
        f"NEXT_PUBLIC_CLERK_PROXY_URL={url}",
        f"NEXT_PUBLIC_CLERK_JS_URL={url}/npm/@clerk/clerk-js@6/dist/clerk.browser.js",
        f"VITE_CLERK_PUBLISHABLE_KEY={keys['publishable_key']}",
        f"CLERK_SECRET_KEY={keys['secret_key']}",
        f"CLERK_API_URL={url}",
        f"CLERK_PROXY_URL={url}",
        f"CLERK_JWT_KEY={keys['jwt_key']}",
        f'fastify.register(clerkPlugin, {{ apiUrl: "{url}", proxyUrl: "{url}" }});',
        f'app.use("*", clerkMiddleware({{ proxyUrl: "{url}" }}));',
    ):
        assert line in lines
    assert f'  data-clerk-publishable-key="{keys["publishable_key"]}"' in lines
    assert any(line.startswith('curl -H "Authorization: Bearer sk_live_') for line in lines)


def test_keys_tell_programs_where_both_apis_are(server: Serving) -> None:
    keys = server.keys
    assert set(keys) == {
        "publishable_key",
        "secret_key",
        "jwt_key",
        "frontend_api_url",
        "backend_api_url",
    }
    environment = httpx.get(f"{keys['frontend_api_url']}/v1/environment")
    assert environment.status_code == 200
    bearer = {"Authorization": f"Bearer {keys['secret_key']}"}
    assert httpx.get(f"{keys['backend_api_url']}/v1/users", headers=bearer).status_code == 200


def test_a_new_instance_is_served_within_a_second(server: Serving) -> None:
    assert server.instance("create", "acme").returncode == 0
    wait_until(lambda: server.http.get("/~acme/v1/environment").status_code == 200, 1)
    # What the first instance's applications are set up with stays good beside a second one.
    assert server.http.get("/v1/environment").status_code == 200


def test_a_changed_setting_holds_within_a_second(server: Serving) -> None:
    changed = server.instance("update", "default", "display.application_name=Concierge")
    assert changed.returncode == 0

    def name() -> str:
        return server.http.get("/v1/environment").json()["display_config"]["application_name"]

    wait_until(lambda: name() == "Concierge", 1)


def test_an_unsafe_change_is_refused_in_a_sentence(server: Serving) -> None:
    refused = server.instance("update", "default", "mail.transport=smtp")
    assert refused.returncode == 1
    assert refused.stderr == (
        "Instance default sends mail over SMTP and knows no mail server: "
        "run `hallporter instance update default mail.host=…`, or say so in --settings.\n"
    )


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("sesion.lifetime_seconds=1", "sesion"),
        ("test_mode=perhaps", "test_mode: expected `bool`"),
        ("session.lifetime_seconds=-5", "session.lifetime_seconds: expected `int` >= 60"),
        ("session_token_ttl_seconds=94608000", "session_token_ttl_seconds: expected `int` <="),
        ("password.min_length=0", "password.min_length: expected `int` >= 8"),
        ("lockout.max_attempts=0", "lockout.max_attempts: expected `int` >= 1"),
        ("mail.port=70000", "mail.port: expected `int` <= 65535"),
        ("mail.host=smtp example", "mail.host: expected a text without spaces"),
        ("api_version=banana", "api_version: expected a date such as 2026-05-12"),
        ('session_token_claims={"aud": "shop"}', "session_token_claims cannot hold aud"),
        ("test_mode.on=true", "nothing below test_mode"),
        ("test_mode", "write key=value"),
        ("allowed_origins=[", "is not JSON"),
    ],
)
def test_what_is_no_setting_is_refused(server: Serving, assignment: str, said: str) -> None:
    refused = server.instance("update", "default", assignment)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_public_instance_brings_its_keys_and_its_mail_server(
    server: Serving, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"mail": {"transport": "smtp", "host": "smtp.example.com"}}))
    publishable_key = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k"
    made = server.instance(
        *("create", "public", "--publishable-key", publishable_key),
        *("--allowed-origin", "https://app.example.org", "--settings", str(settings)),
    )
    assert made.returncode == 0, made.stderr
    done = hallporter("keys", "public", "--json", "--data-dir", str(server.data_dir))
    keys = json.loads(done.stdout)
    assert keys["publishable_key"] == publishable_key
    assert keys["frontend_api_url"] == "https://clerk.example.com"


def test_a_name_a_host_or_a_key_is_taken_once(server: Serving) -> None:
    chosen = "sk_live_" + uuid.uuid4().hex * 2
    assert server.instance("create", "twin", "--secret-key", chosen).returncode == 0
    for again in (["twin"], ["other", "--secret-key", chosen]):
        refused = server.instance("create", *again)
        assert refused.returncode == 1
        assert "already" in refused.stderr
    assert "other" not in server.instance("list").stdout


def test_a_port_in_use_is_named(server: Serving) -> None:
    with new_data_dir() as other:
        refused = hallporter("serve", "--port", str(server.port), "--data-dir", str(other))
    assert refused.returncode == 1
    assert f"Port {server.port} of 127.0.0.1 is in use" in refused.stderr


def test_the_doctor_looks_at_everything(server: Serving) -> None:
    found = hallporter("doctor", "--data-dir", str(server.data_dir))
    looked_at = [line[6:].partition(":")[0] for line in found.stdout.splitlines()]
    assert looked_at == [
        "data directory",
        "database",
        "migrations",
        "master key",
        "instances",
        "npm",
        "browser bundles",
        "server",
    ]
    # Nothing was fetched here.
    assert found.returncode == 1
    assert "FAIL  browser bundles" in found.stdout


def test_a_wrong_master_key_is_told_by_the_doctor(server: Serving) -> None:
    found = hallporter("doctor", "--data-dir", str(server.data_dir), HALLPORTER_MASTER_KEY="A" * 43)
    assert found.returncode == 1
    assert "FAIL  master key" in found.stdout


def test_no_secret_is_logged(server: Serving) -> None:
    address = f"ada.{uuid.uuid4().hex}@example.com"
    origin = {"Origin": f"http://localhost:{server.port}"}
    with httpx.Client(base_url=server.url, params=VERSION, headers=origin, timeout=30) as browser:
        begun = browser.post(
            "/v1/client/sign_ups", data={"email_address": address, "password": PASSWORD}
        ).json()
        path = f"/v1/client/sign_ups/{begun['response']['id']}"
        browser.post(f"{path}/prepare_verification", data={"strategy": "email_code"})
        code = _mailed_code(server, address)
        done = browser.post(
            f"{path}/attempt_verification", data={"strategy": "email_code", "code": code}
        ).json()
        session = done["response"]["created_session_id"]
        token = browser.post(f"/v1/client/sessions/{session}/tokens").json()["jwt"]
        client_token = browser.cookies["__client"]
        browser.post("/v1/client/sign_ins", data={"identifier": address, "password": "x"})
    wrong_key = f"sk_live_{uuid.uuid4().hex}"
    server.http.get("/v1/users", headers={"Authorization": f"Bearer {wrong_key}"})
    server.http.get(f"/v1/unknown/{wrong_key}", params={"token": token})
    mails = [line for line in server.log.splitlines() if '"event": "mail"' in line]
    rest = "\n".join(line for line in server.log.splitlines() if line not in mails)
    assert rest
    assert code in "".join(mails)
    for secret in (PASSWORD, token, client_token, wrong_key, server.keys["secret_key"]):
        assert secret not in server.log
    assert address not in rest
    assert code not in rest
    logged = log_of(server.data_dir)
    assert PASSWORD not in logged
    assert address not in logged


def _mailed_code(server: Serving, address: str) -> str:
    def mailed() -> list[str]:
        return [line for line in server.log.splitlines() if address in line and "mail" in line]

    wait_until(mailed, 5)
    return json.loads(mailed()[0])["subject"].split()[0]


def _loaded_by(imports: str) -> list[str]:
    code = f"import sys, {imports}; print(*sys.modules)"
    return subprocess.check_output([sys.executable, "-c", code], text=True).split()


def test_a_server_loads_nothing_before_somebody_needs_it() -> None:
    loaded = _loaded_by("hallporter.cli.serve, hallporter.cli.serving, hallporter.cli.application")
    seldom = {"PIL", "aiosmtplib", "httpx", "jinja2", "maxminddb", "mrml", "rich.traceback"}
    assert not (seldom | {"ua_parser", "yaml", "zxcvbn"}) & set(loaded)


def test_help_loads_no_server() -> None:
    loaded = _loaded_by("hallporter.cli")
    assert {"asyncpg", "cryptography", "falcon", "uvicorn", "structlog"}.isdisjoint(loaded)
