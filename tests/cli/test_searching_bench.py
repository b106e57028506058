"""The bench that searches while tokens are minted runs to its end, and no mint fails."""

import subprocess
import sys

from tests.cli.processes import environment, new_data_dir


def test_no_mint_fails_beside_searches() -> None:
    with new_data_dir() as data_dir:
        command = [sys.executable, "-m", "benchmarks.searching", "--data", str(data_dir)]
        done = subprocess.run(
            [*command, "--users", "2000", "--seconds", "2"],
            env=environment(),
            capture_output=True,
            text=True,
            timeout=120,
        )
    # How slow they were is for a quiet machine to say.
    assert "mints failed: 0" in done.stdout, done.stdout + done.stderr
    assert "beside 16 callers who search 2000 users" in done.stdout
    assert "searches by status: 200: " in done.stdout
