"""Every command and snippet of the documentation is run as it is printed, or says why not."""

import re
import subprocess
import sys
import uuid
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.processes import Serving, environment, ready_data_dir, serving

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs/operating").glob("*.md")),
    *sorted((ROOT / "examples").glob("*/README.md")),
]
PATIENCE_SECONDS = 60
# What begins with this is not run here, because: …
NOT_RUN = {
    "git clone": "the set-up itself, which every test run begins with",
    "git pull": "the set-up itself, which every test run begins with",
    "cp .env.example": "tests/examples runs the whole apps",
    "hallporter serve": "servers with these options: tests/cli",
    "hallporter worker": "tests/cli/test_messages.py runs one",
    "whoami": "it writes into /etc/passwd",
    "PATH=$(echo": "tests/crash makes and restores dumps",
    "export PGPASSWORD": "tests/crash makes and restores dumps",
    "HALLPORTER_SCREENSHOTS": "the browser tests themselves",
    "NEXT_PUBLIC_CLERK_": "variables, printed by `hallporter keys` and run by tests/examples",
    "CLERK_PUBLISHABLE_KEY=PK": "variables, printed by `hallporter keys` and run by tests/examples",
    "server: {": "a line of examples/react-vite/vite.config.js, run by tests/examples",
    "<script": "the start page of every browser test is made like this",
    "state = clerk.": "tests/sdk/test_python_client.py does the same",
    "src/hallporter/": "a picture of folders",
    "main : cli": "a picture of layers",
    "location / {": "the configuration of nginx",
    "[Service]": "the configuration of systemd",
    "[databases]": "the configuration of PgBouncer",
    "POST /sms": "what a carrier is sent: tests/features/messages/test_sms.py",
    "DATABASE_": "variables: tests/cli/test_replica.py, test_failover.py",
    '{"event"': "lines of the log",
    "https://<frontend host>": "an address",
    "appearance=": "a property of a component in an app",
}
COMMAND = re.compile(r"(\.venv/bin/)?hallporter |curl |python3 ")


@dataclass(frozen=True)
class Block:
    """An indented block of a page."""

    page: str
    text: str

    @property
    def reason(self) -> str | None:
        """Why it is not run."""
        return next((NOT_RUN[each] for each in NOT_RUN if self.text.startswith(each)), None)

    @property
    def is_run(self) -> bool:
        """Whether it holds commands that are run here."""
        return bool(self.commands) and self.reason is None

    @property
    def commands(self) -> list[str]:
        """Its command lines, continued ones joined, without what is said beside them."""
        joined = re.sub(r"\\\n\s*", "", self.text).splitlines()
        return [re.sub(r"\s{2,}#.*$", "", line) for line in joined if COMMAND.match(line)]


def blocks() -> list[Block]:
    """Return every indented block of every page, as it is printed."""
    found: list[Block] = []
    for page in PAGES:
        lines = [*page.read_text().splitlines(), "end"]
        name = str(page.relative_to(ROOT))
        kept: list[str] = []
        indent = 0
        for at, line in enumerate(lines):
            width = len(line) - len(line.lstrip())
            begins = not kept and width >= _least(lines, at) and line.strip()
            if begins and not lines[at - 1].strip():
                kept, indent = [line], width
            elif kept and (not line.strip() or width >= indent):
                kept.append(line)
            elif kept:
                text = "\n".join(each[indent:] for each in kept).strip()
                found.append(Block(name, text))
                kept = []
    return found


def _least(lines: list[str], at: int) -> int:
    """Return how far a block is indented here: more within a list."""
    for line in reversed(lines[:at]):
        if line.strip() and not line.startswith(" "):
            return 7 if re.match(r"\d\. ", line) else 6 if line.startswith("- ") else 4
    return 4


BLOCKS = blocks()


def name_of(block: Block) -> str:
    return f"{block.page}: {block.text.splitlines()[0][:50]}"


@pytest.fixture(scope="module")
def server() -> Generator[Serving]:
    with ready_data_dir() as data_dir, serving(data_dir) as running:
        made = running.instance("create", "acme")
        assert made.returncode == 0, made.stderr
        for name in ("twilio", "smtp"):
            (data_dir.parent / name).write_text("secret\n")
        (data_dir.parent / "invitation.txt").write_text("Welcome.")
        (data_dir.parent / "mail.mjml").write_text("<mj-text>{{ otp_code }}</mj-text>")
        (data_dir.parent / "settings.json").write_text("{}")
        yield running


@pytest.fixture(scope="module")
def keys(server: Serving) -> dict[str, str]:
    """What `hallporter keys` says, and a user for those commands that name one."""
    keys = server.keys
    bearer = {"Authorization": f"Bearer {keys['secret_key']}"}
    given = {"email_address": ["ada@example.com"], "skip_password_requirement": True}
    made = server.http.post("/v1/users", json=given, headers=bearer)
    return {**keys, "user_id": made.raise_for_status().json()["id"]}


def filled(server: Serving, keys: dict[str, str], command: str) -> str:
    """Return a command with this server's keys and files, and something for every `…`."""
    for written, meant in (
        ("sk_live_…", keys["secret_key"]),
        ("http://localhost:4100", keys["backend_api_url"]),
        ("https://clerk.example.com", keys["backend_api_url"]),
        ("/run/secrets/", f"{server.data_dir.parent}/"),
        (".venv/bin/hallporter", "hallporter"),
        ("hallporter ", f"{sys.executable} -m hallporter "),
        ("keys add NAME", "keys add spare"),
        ("keys rotate …", "keys rotate default"),
        ("keys revoke NAME", "keys revoke spare"),
        ("user_…", keys["user_id"]),
        ("user_of_support", keys["user_id"]),
        ("create NAME", f"create n{uuid.uuid4().hex[:8]}"),
        ("--frontend-host clerk.example.com", f"--frontend-host n{uuid.uuid4().hex[:8]}.localhost"),
        ("NAME", "acme"),
        ("key=value …", "display.application_name=Acme"),
        ("FILE.json", "settings.json"),
        ("AC…", "AC123"),
        ("=…", "=abc"),
        ("curl ", "curl --fail --silent --show-error "),
    ):
        command = command.replace(written, meant)
    return command


def run(server: Serving, keys: dict[str, str], command: str) -> None:
    """Run a command as an operator does, beside the server's data directory."""
    done = subprocess.run(
        ["bash", "-euc", filled(server, keys, command)],
        cwd=server.data_dir.parent,
        env=environment(SECRET_KEY=keys["secret_key"]),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("block", [each for each in BLOCKS if each.is_run], ids=name_of)
def test_commands_do_as_they_are_printed(
    server: Serving, keys: dict[str, str], block: Block
) -> None:
    if block.text.startswith("{"):
        data = block.text.partition("\n\n")[0]
        for file in re.findall(r"[a-z]+\.json", " ".join(block.commands)):
            (server.data_dir.parent / file).write_text(data)
    for command in block.commands:
        run(server, keys, command)


def test_the_example_of_a_test_passes_as_it_is_printed(
    server: Serving, keys: dict[str, str]
) -> None:
    [block] = [each for each in BLOCKS if each.page == "docs/testing.md" and "import" in each.text]
    file = server.data_dir.parent / "test_example.py"
    file.write_text(filled(server, keys, block.text))
    command = f"{sys.executable} -m pytest -q -p no:randomly -p no:cacheprovider {file.name}"
    run(server, keys, command)


@pytest.mark.parametrize("block", BLOCKS, ids=name_of)
def test_a_snippet_is_run_or_says_why_not(block: Block) -> None:
    is_python = block.text.startswith("import ")
    assert block.is_run or is_python or block.reason, block.text
    assert not (block.is_run and block.reason), block.reason


@pytest.mark.parametrize("beginning", NOT_RUN)
def test_every_reason_is_still_needed(beginning: str) -> None:
    assert any(block.text.startswith(beginning) for block in BLOCKS)
