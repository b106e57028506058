"""Addresses of PostgreSQL as they are copied from hosts' pages and other tools' settings."""

import pytest

from hallporter.core import connection_string
from hallporter.core.operator_error import OperatorError

PLAIN = "postgresql://ada:hunter2@db.example:5432/app"


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("", ""),
        ("?sslmode=require&channel_binding=require", "?sslmode=require"),
        ("?pgbouncer=true&connection_limit=1&pool_timeout=0", ""),
        ("?connect_timeout=10&keepalives=1&keepalives_idle=30", ""),
        ("?schema=public&sslaccept=strict", ""),
        ("?ssl=true", "?sslmode=require"),
        ("?ssl=true&sslmode=verify-full", "?sslmode=verify-full"),
        ("?sslmode=", ""),
        ("?host=/var/run/postgresql", "?host=/var/run/postgresql"),
        (
            "?host=one,two&port=5432&target_session_attrs=read-write",
            "?host=one,two&port=5432&target_session_attrs=read-write",
        ),
        ("?options=-c%20search_path%3Dapp", "?options=-c%20search_path%3Dapp"),
        ("?statement_timeout=5000&nonsense=1", "?statement_timeout=5000&nonsense=1"),
    ],
)
def test_each_parameter_is_understood_or_left_aside(written: str, understood: str) -> None:
    found = connection_string.understood(PLAIN + written, "DATABASE_URL")
    assert found == PLAIN + understood


def test_a_schema_that_is_not_used_is_refused_by_name() -> None:
    with pytest.raises(OperatorError, match="DATABASE_URL names the schema shop"):
        connection_string.understood(f"{PLAIN}?schema=shop", "DATABASE_URL")


def test_settings_of_the_server_travel_in_libpqs_options() -> None:
    found = connection_string.for_libpq(f"{PLAIN}?statement_timeout=5000&sslmode=require")
    assert found == f"{PLAIN}?sslmode=require&options=-c%20statement_timeout%3D5000"
