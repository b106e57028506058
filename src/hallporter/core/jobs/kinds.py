"""What a kind of job is: how it is done, and how often it is tried."""

from collections.abc import Awaitable, Callable

import msgspec

from hallporter.core.clock import HOUR, SECOND
from hallporter.core.database import Write
from hallporter.core.jobs.rows import JobRow

WriteCallback = Callable[[Write], Awaitable[None]]
"""What is written down of a job's outcome, in the transaction that settles it."""


class TryAgainError(RuntimeError):
    """A job could not be done now; it may be later."""


class GiveUpError(RuntimeError):
    """A job cannot be done, now or later."""


class Pace(msgspec.Struct, frozen=True):
    """How often a job is tried, and how many are done at once by one process; times in ms."""

    longest_attempt: int = 30 * SECOND
    """After that it is cut off, and tried again."""
    first_retry: int = 15 * SECOND
    longest_retry: int = HOUR
    """Each pause is twice the one before, up to this; a tenth is added by chance."""
    most_attempts: int = 24
    at_once: int = 50
    at_once_of_an_instance: int = 10
    """So that what one instance cannot get done does not keep the others waiting. The fewer places
    are left, the fewer an instance may take."""
    slow_after: int = 10 * SECOND
    """An instance whose last attempt took longer is slow. Slow ones share half of the places."""
    every: int | None = None
    """How long after it is done it is done again; such a job is there by itself."""
    longest_wait: int = 0
    """How long after it is asked for it may be due for the first time."""


class Kind(msgspec.Struct, frozen=True):
    """A kind of job.

    `work` does one and returns what is to be noted of it, if anything. It raises TryAgainError or
    GiveUpError when it cannot; anything else it raises is a fault of ours, logged, and the job is
    tried again once nobody holds it. `given_up` is noted when it will not be tried any more.
    """

    name: str
    work: Callable[[JobRow], Awaitable[WriteCallback | None]]
    given_up: Callable[[Write, JobRow], Awaitable[None]] | None = None
    pace: Pace = Pace()
