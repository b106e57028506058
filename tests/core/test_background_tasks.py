"""Rounds that fail are repeated; who cannot go on is heard of once, and health says so."""

import asyncio
import time
from collections.abc import Callable

from hallporter.core import background_tasks
from hallporter.core.background_tasks import BackgroundTasks

PATIENCE_SECONDS = 2.0


async def _soon(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        await asyncio.sleep(0.02)


def test_a_round_that_fails_is_repeated_and_others_do_not_notice() -> None:
    async def work() -> None:
        begun: list[str] = []
        given_up: list[str] = []

        async def fails_at_first() -> None:
            begun.append("failing")
            if begun.count("failing") < 3:
                raise ValueError("not yet")

        async def works() -> None:
            begun.append("working")

        kept = BackgroundTasks(given_up.append)
        kept.repeat("failing", fails_at_first, every_seconds=0.01)
        kept.repeat("working", works, every_seconds=0.01)
        await _soon(lambda: begun.count("failing") > 5)
        assert begun.count("working") > 5
        assert background_tasks.failing() == given_up == []
        await kept.close()
        ended = len(begun)
        await asyncio.sleep(0.1)
        assert len(begun) == ended

    asyncio.run(work())


def test_who_fails_for_too_long_is_given_up_once_and_named() -> None:
    async def work() -> None:
        given_up: list[str] = []

        async def fails() -> None:
            raise ValueError("never")

        kept = BackgroundTasks(given_up.append, patience_seconds=PATIENCE_SECONDS)
        kept.repeat("lost", fails, every_seconds=0.01)
        await asyncio.sleep(0.2)
        assert given_up == background_tasks.failing() == []
        await _soon(lambda: bool(given_up))
        await asyncio.sleep(0.5)
        assert given_up == background_tasks.failing() == ["lost"]
        await kept.close()
        assert background_tasks.failing() == []

    asyncio.run(work())


def test_a_database_that_is_away_is_waited_for_without_end() -> None:
    async def work() -> None:
        given_up: list[str] = []
        rounds: list[None] = []

        async def finds_nobody() -> None:
            rounds.append(None)
            raise ConnectionRefusedError

        kept = BackgroundTasks(given_up.append, patience_seconds=0.1)
        kept.repeat("waiting", finds_nobody, every_seconds=0.01)
        await _soon(lambda: len(rounds) > 3)
        assert given_up == background_tasks.failing() == []
        await kept.close()

    asyncio.run(work())
