"""`serve` says in a sentence, with exit code 1 and no traceback, why it does not start."""

import os
from pathlib import Path

import pytest

from tests.cli.processes import free_port, hallporter, new_data_dir

UNREACHABLE = f"postgresql://ada:hunter2@127.0.0.1:{free_port()}/app"


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (["--port", "70000"], {}, "70000 is not a port"),
        (["--port", "4249", "--backend-port", "4249"], {}, "are both 4249"),
        (["--workers", "0"], {}, "--workers must be 1 or more"),
        (["--host", "0.0.0.0"], {}, "give --tls CERT,KEY, or --behind-proxy"),
        (["--host", "no.such.host.invalid"], {}, "give --tls CERT,KEY, or --behind-proxy"),
        (["--host", "192.0.2.1", "--behind-proxy"], {}, "Cannot listen on 192.0.2.1"),
        (["--tls", "auto", "--behind-proxy"], {}, "contradict each other"),
        (["--tls", "cert.pem"], {}, "two paths with a comma"),
        (["--tls", "no.pem,no-key.pem"], {}, "cannot be used"),
        (["--log-level", "loud"], {}, "must be one of debug, info, warning, error"),
        ([], {"HALLPORTER_PORT": "many"}, "HALLPORTER_PORT must be a whole number"),
        ([], {"HALLPORTER_BEHIND_PROXY": "perhaps"}, "HALLPORTER_BEHIND_PROXY must be 1 or 0"),
        ([], {"DATABASE_URL": "mysql://localhost/app"}, "DATABASE_URL is malformed"),
        ([], {"DATABASE_URL": "postgresql://h:port/app"}, "DATABASE_URL is malformed"),
        ([], {"DATABASE_URL": UNREACHABLE}, "cannot be reached"),
        ([], {"DATABASE_URL": f"{UNREACHABLE}?schema=shop"}, "names the schema shop"),
        ([], {"DATABASE_REPLICA_URL": "replica:5432"}, "DATABASE_REPLICA_URL is malformed"),
    ],
)
def test_a_wrong_set_up_is_refused(
    arguments: list[str], variables: dict[str, str], said: str
) -> None:
    with new_data_dir() as data_dir:
        chosen = [] if "--port" in arguments or "HALLPORTER_PORT" in variables else _port()
        refused = hallporter("serve", "--data-dir", str(data_dir), *chosen, *arguments, **variables)
    assert refused.returncode == 1
    assert said in " ".join(refused.stderr.split())
    assert "Traceback" not in refused.stderr
    assert "hunter2" not in refused.stderr


def _port() -> list[str]:
    return ["--port", str(free_port())]


def test_a_data_directory_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    refused = hallporter("serve", "--port", str(free_port()), "--data-dir", str(file))
    assert refused.returncode == 1
    assert f"{file} cannot be used" in " ".join(refused.stderr.split())


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_a_master_key_that_others_may_read_is_refused() -> None:
    with new_data_dir() as data_dir:
        data_dir.mkdir()
        key = data_dir / "master.key"
        key.write_text("A" * 43)
        key.chmod(0o644)
        refused = hallporter("keys", "--data-dir", str(data_dir))
        assert not (data_dir / "postgres" / "data" / "postmaster.pid").exists()
    assert refused.returncode == 1
    assert "run `chmod 600" in refused.stderr
