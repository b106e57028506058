"""A user id without an entry in /etc/passwd, as OpenShift gives them to containers."""

import os
import subprocess
import sys
import textwrap

import pytest

# Become such a user once everything is loaded: the interpreter itself may be out of its reach.
_BECOME = """
import asyncio, getpass, os
from pathlib import Path

from hallporter.core import own_name, postgres_address
from hallporter.core.embedded import account
from hallporter.core.operator_error import OperatorError

for name in ("LOGNAME", "USER", "LNAME", "USERNAME", "PGUSER"):
    os.environ.pop(name, None)
os.setuid(54321)
"""


def said_by(code: str) -> str:
    """Run code as user 54321 and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", _BECOME + textwrap.dedent(code)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_the_bundled_database_says_what_it_needs() -> None:
    said = said_by("""
        try:
            account.choose(Path("not-there-yet"))
        except OperatorError as refused:
            print(refused)
    """)
    assert said.startswith("User id 54321 has no entry in /etc/passwd")
    assert "set DATABASE_URL" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_an_address_without_a_user_says_what_it_needs() -> None:
    said = said_by("""
        try:
            asyncio.run(postgres_address.refuse_unusable("postgresql://127.0.0.1:1/app"))
        except OperatorError as refused:
            print(refused)
    """)
    assert said.startswith("DATABASE_URL names no user, and user id 54321")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_libraries_that_ask_for_a_name_get_one() -> None:
    assert said_by("own_name.stand_in(); print(getpass.getuser())") == "hallporter\n"
