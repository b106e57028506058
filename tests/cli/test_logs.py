"""A log line is one line, readable, and holds nothing of what must stay secret."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from hallporter.cli import logs
from hallporter.config import Config

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"

# By name below: a traceback shows lines of the program, and these are none of its secrets.
PASSWORD = "correct horse"

Read = Callable[[], str]


@pytest.fixture
def read(capsys: pytest.CaptureFixture[str]) -> Iterator[Read]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    said: list[str] = []

    def everything() -> str:
        said.append(capsys.readouterr().err)
        return "".join(said)

    yield everything
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


class DatabaseError(Exception):
    sqlstate = "23505"


def log(**config: Any) -> Any:
    logs.configure(Config(**config))
    return structlog.get_logger()


def test_programs_get_json(read: Read) -> None:
    log(log_format="json").warning("mail waits", reason="no route")
    event = json.loads(read())
    assert event.pop("timestamp").endswith("Z")
    assert event == {"event": "mail waits", "level": "warning", "reason": "no route"}


def test_a_mail_in_the_inbox_is_shown_to_people(read: Read) -> None:
    subject = "424242 is your hallporter verification code"
    log(log_format="console").info("mail", to="ada@example.com", subject=subject, instance="x")
    assert f"Mail to ada@example.com: {subject}" in read()


@pytest.mark.parametrize(
    "given", ["\x1b[2J\x1b[31mready", "a\rb", "a\x9b2Jb", "\u202egpj"], ids=repr
)
def test_what_strangers_write_moves_no_cursor(read: Read, given: str) -> None:
    logger = log(log_format="console")
    logger.warning("provider refused", error=given)
    logger.info("mail", to="ada@example.com", subject=given, instance="x")
    try:
        raise ValueError(given)
    except ValueError:
        logger.exception("request failed")
    lines = read().splitlines()
    assert all(line.isprintable() for line in lines)
    assert any(line.startswith("  File ") for line in lines)


def test_events_below_the_level_are_left_out(read: Read) -> None:
    log(log_level="warning").info("nothing")
    logging.getLogger("hallporter.core.embedded").info("nothing")
    assert read() == ""


def test_libraries_are_heard_only_when_something_is_wrong(read: Read) -> None:
    log(log_level="debug")
    logging.getLogger("httpcore").debug("headers: authorization")
    logging.getLogger("httpx").info("GET https://example.com/?token=1")
    assert read() == ""
    logging.getLogger("asyncio").error("never retrieved")
    assert "never retrieved" in read()


@pytest.mark.parametrize(
    "secret", ["sk_live_abcdefgh", "sk_test_1234", JWT, "postgresql://ada:hunter2@host/db"]
)
def test_what_looks_like_a_secret_is_hidden(read: Read, secret: str) -> None:
    log().info(f"saw {secret}", path=f"/v1/{secret}")
    assert secret not in read()
    assert "hunter2" not in read()
    assert "[hidden]" in read()


@pytest.mark.parametrize("before", ["", "token-", "eyJ-"])
@pytest.mark.parametrize("after", ["", ".", " and eyJ", ";"])
def test_a_token_is_hidden_whatever_stands_around_it(read: Read, before: str, after: str) -> None:
    log().info(f"saw {before}{JWT}{after}")
    assert not any(part in read() for part in JWT.split("."))


def test_what_looks_like_a_token_only_is_not_hidden(read: Read) -> None:
    log().info("saw", path="/eyJ/eyJ.a/a.b.c/eyJa..c")
    assert "/eyJ/eyJ.a/a.b.c/eyJa..c" in read()


@pytest.mark.parametrize("repeated", ["eyJ", "eyJ.", "a.eyJ", "sk_live_", "://a:", "://:@"])
def test_a_long_line_takes_no_longer_than_it_is(read: Read, repeated: str) -> None:
    logger = log(log_level="info")

    def seconds(times: int) -> float:
        found: list[float] = []
        for _ in range(5):
            began = time.process_time()
            logger.info("long", text=repeated * times)
            found.append(time.process_time() - began)
        read()
        return min(found)

    seconds(1_000)
    # Sixteen times as long; a time that grew with the square would be 256 times as long.
    assert seconds(32_000) < 64 * seconds(2_000)


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_traceback_holds_neither_locals_nor_what_the_database_quotes(
    read: Read, log_format: str
) -> None:
    logger = log(log_format=log_format)

    def store(password: str) -> None:
        try:
            raise DatabaseError(f"Key (email)=({password}) already exists")
        except DatabaseError as error:
            raise RuntimeError("not stored") from error

    try:
        store(PASSWORD)
    except RuntimeError:
        logger.exception("request failed")
    said = read()
    assert PASSWORD not in said
    assert "SQLSTATE 23505" in said
    assert "RuntimeError: not stored" in said
    assert "in store" in said


def test_a_traceback_of_a_library_is_told_the_same_way(read: Read) -> None:
    log()
    try:
        raise DatabaseError(PASSWORD)
    except DatabaseError:
        logging.getLogger("uvicorn.error").exception("failed")
    assert PASSWORD not in read()
    assert "SQLSTATE 23505" in read()
