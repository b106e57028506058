"""A small load that goes on while something is done to a server, and what became of it."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.cli.processes import wait_until
from tests.harness import Reply

_PAUSE_SECONDS = 0.02

Step = Callable[[], str | None]
"""One request; returns what was wrong with the answer, None if nothing was."""


@dataclass
class Load:
    """What was asked so far, and what of it failed."""

    made: Counter[str] = field(default_factory=Counter[str])
    failed: list[str] = field(default_factory=list[str])
    stopped: threading.Event = field(default_factory=threading.Event)

    def repeat(self, name: str, step: Step) -> None:
        """Do a step over and over until stopped."""
        while not self.stopped.is_set():
            try:
                wrong = step()
            # A refused connection is a failed request, too.
            except Exception as error:
                wrong = repr(error)
            self.made[name] += 1
            if wrong is not None:
                self.failed.append(f"{name}: {wrong}")
            time.sleep(_PAUSE_SECONDS)

    def until_busy(self, least: int) -> None:
        """Wait until so much of each kind has been asked since."""
        goal = {name: count + least for name, count in self.made.items()}
        wait_until(lambda: all(self.made[name] >= count for name, count in goal.items()))


def wrong(reply: Reply) -> str | None:
    """Return what is wrong with an answer that should have been a success."""
    return None if reply.status == 200 else f"{reply.status} {reply.text}"


@contextmanager
def steady_load(**steps: Step) -> Generator[Load]:
    """Repeat each step in a thread of its own for as long as this is open."""
    # All of them from the start, or one that was not asked yet would not be waited for.
    load = Load(made=Counter(dict.fromkeys(steps, 0)))
    threads = [
        threading.Thread(target=load.repeat, args=(name, step)) for name, step in steps.items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.stopped.set()
        for thread in threads:
            thread.join()
        print(f"requests: {dict(load.made)}, failed: {len(load.failed)}")
