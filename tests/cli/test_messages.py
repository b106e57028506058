"""Mail and SMS from the command line: settings, templates, and a worker apart."""

import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.callers import tenant_of
from tests.cli.processes import Serving, environment, ready_data_dir, serving, wait_until
from tests.features.messages.servers import MailServer, mail_server
from tests.harness import Tenant

# Whoever delivers has done so by then.
DELIVERED_SECONDS = 1.5


@contextmanager
def worker(data_dir: Path) -> "Generator[subprocess.Popen[bytes]]":
    """Run `hallporter worker` beside a server."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hallporter", "worker", "--data-dir", str(data_dir)],
        env=environment(),
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def leaves_through(server: Serving, smtp: MailServer) -> None:
    server.change(
        *("mail.transport=smtp", "mail.host=127.0.0.1", f"mail.port={smtp.port}"),
        *("mail.security=none", "mail.from_address=no-reply@acme.example"),
    )


def ask_for_code(tenant: Tenant, address: str) -> None:
    with tenant.browser() as browser:
        browser.ask_for_code(address)


def test_a_worker_delivers_what_the_server_leaves() -> None:
    with (
        ready_data_dir() as data_dir,
        mail_server() as smtp,
        serving(data_dir, "--no-deliver") as server,
    ):
        leaves_through(server, smtp)
        tenant = tenant_of(server)
        ask_for_code(tenant, "ada@example.com")
        time.sleep(DELIVERED_SECONDS)
        assert smtp.offers == 0
        with worker(data_dir) as process:
            wait_until(lambda: smtp.mails)
            ask_for_code(tenant, "grace@example.com")
            wait_until(lambda: len(smtp.mails) == 2)
        assert process.returncode == 0
        assert [mail["To"] for mail in smtp.mails] == ["ada@example.com", "grace@example.com"]


def test_templates_are_checked_before_they_are_stored(tmp_path: Path) -> None:
    file = tmp_path / "subject.txt"
    name = "message_templates.verification_code.subject"
    with ready_data_dir() as data_dir, serving(data_dir) as server:
        file.write_text("Your code\nis {{ otp_cde }}\n")
        refused = server.instance("update", "default", f"{name}=@{file}")
        assert refused.returncode != 0
        assert f"{name}: line 2: there is no otp_cde; there are " in refused.stderr
        unknown = server.instance("update", "default", "message_templates.verify.subject=a")
        assert "there is no such message; there are verification_code, " in unknown.stderr
        missing = server.instance("update", "default", f"{name}=@{tmp_path}/none.txt")
        assert "cannot be read: No such file or directory." in missing.stderr
        file.write_text("Code {{ otp_code }}\n")
        server.change(f"{name}=@{file}")
        ask_for_code(tenant_of(server), "ada@example.com")
        headers = {"Accept": "application/json"}
        (mail,) = server.http.get("/inbox", headers=headers).raise_for_status().json()
        assert mail["subject"] == f"Code {mail['code']}"
