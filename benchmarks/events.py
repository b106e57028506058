"""What it costs to write down what happened: the statement, by reference and with the object.

    python -m benchmarks.events --data var/bench/10000

`make bench` fills such a database.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from hallporter.cli import command_context
from hallporter.config import Config
from hallporter.contract.events import Event
from hallporter.contract.ids import EVENT, InstanceId, UserId
from hallporter.core.clock import SystemClock
from hallporter.core.database import Database, Write
from hallporter.features.events import store as event_store
from hallporter.features.events.rows import EventRow

_ANY_USER = "select id from users where instance_id = $1 limit 1"
_ANY_SESSION = "select id from sessions where instance_id = $1 limit 1"
_BYTES = """
    select avg(pg_column_size(e.*)) from events e
    where instance_id = $1 and type = $2 and (object is not null) = $3
"""

Work = Callable[[Write], Awaitable[None]]


async def _ms(db: Database, work: Work, times: int) -> float:
    taken: list[float] = []
    for _ in range(times):
        async with db.write() as tx:
            began = time.perf_counter()
            await work(tx)
            taken.append(1_000 * (time.perf_counter() - began))
    return round(statistics.median(taken), 2)


async def measured(db: Database, instance_id: InstanceId, times: int) -> dict[str, Any]:
    """Return ms and bytes of an event, by reference and by value."""
    user_id = UserId(await db.value(_ANY_USER, instance_id))
    session_id = await db.value(_ANY_SESSION, instance_id)
    found: dict[str, Any] = {}
    for event, object_id in (
        (Event.USER_UPDATED, user_id),
        (Event.SESSION_CREATED, session_id),
    ):
        for keeps in (False, True):

            async def write(
                tx: Write, event: Event = event, object_id: str = object_id, keeps: bool = keeps
            ) -> None:
                now = SystemClock().now()
                row = EventRow(
                    id=EVENT.new(now),
                    instance_id=instance_id,
                    type=event,
                    object_id=object_id,
                    user_id=user_id,
                    object=None,
                    cause="user",
                    cause_id=user_id,
                    cause_session_id=session_id,
                    ip="203.0.113.7",
                    user_agent="Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/128.0.0.0",
                    created_at=now,
                )
                await event_store.insert_events(tx, [row], keeps_objects=keeps)

            await _ms(db, write, 20)
            found[f"{event} {'by value' if keeps else 'by reference'}"] = {
                "ms": await _ms(db, write, times),
                "bytes": round(await db.value(_BYTES, instance_id, event, keeps)),
            }
    return found


async def _run(times: int, folder: Path) -> dict[str, Any]:
    async with command_context.opened(Config(data_dir=folder)) as opened:
        instance_id = await opened.db.value("select id from instances limit 1")
        return await measured(opened.db, InstanceId(instance_id), times)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--data", type=Path, default=Path("var/bench/10000"))
    given = parser.parse_args()
    print(json.dumps(asyncio.run(_run(given.times, given.data)), indent=2))
