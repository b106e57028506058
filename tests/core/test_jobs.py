"""The queue: what is done, how often it is tried, and who waits for whom."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest
from structlog.testing import capture_logs

from hallporter.core import jobs
from hallporter.core.background_tasks import BackgroundTasks
from hallporter.core.clock import DAY, HOUR, MINUTE, SECOND
from hallporter.core.database import Write
from hallporter.core.ending import end_process
from hallporter.core.jobs import store
from hallporter.core.jobs.kinds import GiveUpError, Kind, Pace, TryAgainError, WriteCallback
from hallporter.core.jobs.queue import Queue
from hallporter.core.jobs.rows import JobRow
from tests.cli.processes import wait_until
from tests.harness import Clock, Harness

_LEFT = """
    select kind, subject_id, instance_id, attempts, due_at, created_at
    from jobs where instance_id is not null and kind = $1 order by subject_id
"""


class Work:
    """A kind of job for a test: it notes what it was given, and does what it is told."""

    def __init__(self, harness: Harness, **pace: int | None) -> None:
        self._harness = harness
        self.name = f"test {uuid.uuid4().hex}"
        self.pace = Pace(**pace)  # type: ignore[arg-type]
        self.begun: list[JobRow] = []
        self.given_up: list[str] = []
        self.raised: list[Exception] = []
        self.note: WriteCallback | None = None
        self.may_end = asyncio.Event()
        self.may_end.set()

    @property
    def kind(self) -> Kind:
        return Kind(self.name, self._work, self._give_up, self.pace)

    @property
    def subjects(self) -> list[str]:
        return [row.subject_id for row in self.begun]

    async def _work(self, row: JobRow) -> WriteCallback | None:
        self.begun.append(row)
        await self.may_end.wait()
        if self.raised:
            raise self.raised.pop(0)
        return self.note

    async def _give_up(self, _: Write, row: JobRow) -> None:
        self.given_up.append(row.subject_id)

    def add(self, *subjects: str, instance: str = "ins_a") -> None:
        """Have a job done about each, all written in one transaction."""

        async def add() -> None:
            async with self._harness.open.db.write() as tx:
                for subject in subjects:
                    now = self._harness.clock.now()
                    jobs.add(tx, self.name, instance_id=instance, subject_id=subject, now=now)

        self._harness.run(add())

    def left(self) -> list[JobRow]:
        return self._harness.run(self._harness.open.db.many(JobRow, _LEFT, self.name))

    def due_in(self) -> int:
        """Return in how many ms the only job is due, or may be done by another; 0 for none."""
        return sum(job.due_at - self._harness.clock.now() for job in self.left())


@contextmanager
def doing(harness: Harness, *work: Work) -> Generator[Callable[[], None]]:
    """Do jobs of these kinds meanwhile; yield what has them looked for at once."""
    db = harness.open.db
    queue = Queue(db, harness.clock, [each.kind for each in work])

    async def begin() -> BackgroundTasks:
        tasks = BackgroundTasks(end_process)
        tasks.repeat("jobs of a test", queue.do_due, every_seconds=0)
        return tasks

    async def look() -> None:
        async with db.write() as tx:
            tx.announce(jobs.ADDED)

    async def end() -> None:
        await tasks.close()
        await queue.drain()

    tasks = harness.run(begin())
    try:
        yield lambda: harness.run(look())
    finally:
        harness.run(end())


def test_a_job_is_done_once_and_gone(harness: Harness, clock: Clock) -> None:
    work = Work(harness)
    with doing(harness, work):
        work.add("a", "b")
        wait_until(lambda: work.left() == [] and sorted(work.subjects) == ["a", "b"])


def test_there_is_one_job_of_a_kind_about_a_subject(harness: Harness, clock: Clock) -> None:
    work = Work(harness)
    work.add("a", "a")
    work.add("a")
    assert len(work.left()) == 1


def test_what_is_rolled_back_is_not_done(harness: Harness, clock: Clock) -> None:
    work = Work(harness)

    async def fail() -> None:
        async with harness.open.db.write() as tx:
            jobs.add(tx, work.name, instance_id="ins_a", subject_id="a", now=clock.now())
            raise LookupError

    with pytest.raises(LookupError):
        harness.run(fail())
    assert work.left() == []


def test_what_cannot_be_done_now_is_tried_again_ever_later(harness: Harness, clock: Clock) -> None:
    work = Work(harness, first_retry=15 * SECOND, longest_retry=MINUTE)
    work.raised = [TryAgainError("busy") for _ in range(4)]
    with doing(harness, work) as look:
        work.add("a")
        for seconds in (15, 30, 60, 60):
            least = seconds * SECOND
            wait_until(lambda least=least: least <= work.due_in() <= least * 1.1)
            clock.advance(seconds=seconds * 1.1)
            look()
        wait_until(lambda: work.left() == [])
    assert [row.attempts for row in work.begun] == [1, 2, 3, 4, 5]


def test_two_that_failed_together_are_not_tried_again_together(
    harness: Harness, clock: Clock
) -> None:
    work = Work(harness, first_retry=HOUR)
    work.raised = [TryAgainError("busy") for _ in range(8)]
    with doing(harness, work):
        work.add(*"abcdefgh")
        wait_until(lambda: all(row.due_at > clock.now() + 30 * MINUTE for row in work.left()))
        assert len({row.due_at for row in work.left()}) > 1


def test_what_cannot_be_done_at_all_is_given_up(harness: Harness, clock: Clock) -> None:
    work = Work(harness)
    work.raised = [GiveUpError("no such mailbox")]
    with doing(harness, work):
        work.add("a")
        wait_until(lambda: work.left() == [])
    assert (work.subjects, work.given_up) == (["a"], ["a"])


def test_the_last_attempt_is_the_last(harness: Harness, clock: Clock) -> None:
    work = Work(harness, most_attempts=2)
    work.raised = [TryAgainError("busy"), TryAgainError("busy")]
    with doing(harness, work) as look:
        work.add("a")
        wait_until(lambda: 15 * SECOND <= work.due_in() <= 17 * SECOND)
        clock.advance(seconds=17)
        look()
        wait_until(lambda: work.left() == [])
    assert (len(work.begun), work.given_up) == (2, ["a"])


def test_what_kills_each_who_tries_it_is_given_up_in_the_end(
    harness: Harness, clock: Clock
) -> None:
    work = Work(harness, most_attempts=2)
    work.add("a")
    db = harness.open.db
    for _ in range(2):
        harness.run(store.claim(db, clock.now(), [work.name], [SECOND], [1]))
        clock.advance(seconds=1)
    with doing(harness, work):
        wait_until(lambda: work.left() == [])
    assert (work.begun, work.given_up) == ([], ["a"])


def test_a_fault_of_ours_is_logged_and_does_not_end_the_queue(
    harness: Harness, clock: Clock
) -> None:
    work = Work(harness)
    work.raised = [LookupError("a")]
    with doing(harness, work) as look, capture_logs() as logged:
        work.add("a")
        wait_until(lambda: any(entry["event"] == "job failed" for entry in logged))
        work.add("b")
        wait_until(lambda: [row.subject_id for row in work.left()] == ["a"])
        # Held for longer than an attempt may take.
        clock.advance(seconds=46)
        look()
        wait_until(lambda: work.left() == [])
    assert work.subjects == ["a", "b", "a"]


def test_what_takes_too_long_is_cut_off_and_tried_again(harness: Harness, clock: Clock) -> None:
    work = Work(harness, longest_attempt=100)
    work.may_end.clear()
    with doing(harness, work):
        work.add("a")
        wait_until(lambda: 15 * SECOND < work.due_in() <= 16.5 * SECOND)
        work.may_end.set()


def test_whoever_was_too_slow_settles_nothing_any_more(harness: Harness, clock: Clock) -> None:
    work = Work(harness)
    work.may_end.clear()
    with doing(harness, work):
        work.add("a")
        wait_until(lambda: work.begun)
        db = harness.open.db
        later = clock.now() + 46 * SECOND
        [taken] = harness.run(store.claim(db, later, [work.name], [60 * SECOND], [1]))
        harness.run(_set(work.may_end))
    # What was under way has ended by now.
    assert work.left() == [taken]


def test_whoever_was_too_slow_says_nothing_of_a_job_that_another_has(
    harness: Harness, clock: Clock
) -> None:
    work = Work(harness)
    work.raised = [GiveUpError("it cannot be done")]
    work.may_end.clear()
    with doing(harness, work):
        work.add("a")
        wait_until(lambda: work.begun)
        later = clock.now() + 46 * SECOND
        harness.run(store.claim(harness.open.db, later, [work.name], [60 * SECOND], [1]))
        harness.run(_set(work.may_end))
    assert work.given_up == []


async def _set(event: asyncio.Event) -> None:
    event.set()


def test_one_instance_that_gets_nothing_done_leaves_room_for_others(
    harness: Harness, clock: Clock
) -> None:
    work = Work(harness, at_once_of_an_instance=3)
    work.may_end.clear()
    with doing(harness, work):
        work.add(*"abcdefgh", instance="ins_stuck")
        wait_until(lambda: work.begun)
        work.add(*"ijklmnop", instance="ins_other")
        wait_until(lambda: Counter(row.instance_id for row in work.begun)["ins_other"] >= 3)
        # What was claimed in one go beside what was under way.
        assert Counter(row.instance_id for row in work.begun)["ins_stuck"] < 6
        harness.run(_set(work.may_end))
        wait_until(lambda: work.left() == [])


def test_each_kind_has_room_of_its_own(harness: Harness, clock: Clock) -> None:
    stuck, other = Work(harness, at_once=2), Work(harness)
    stuck.may_end.clear()
    with doing(harness, stuck, other):
        stuck.add(*"ab", instance="ins_a")
        stuck.add(*"cd", instance="ins_b")
        wait_until(lambda: len(stuck.begun) == 2)
        other.add("e")
        wait_until(lambda: other.left() == [])
        assert len(stuck.begun) == 2
        harness.run(_set(stuck.may_end))
        wait_until(lambda: stuck.left() == [])


def test_what_recurs_is_there_by_itself_and_done_again_and_again(
    harness: Harness, clock: Clock
) -> None:
    work = Work(harness, every=HOUR, most_attempts=1)
    work.raised = [TryAgainError("busy"), TryAgainError("busy")]
    with doing(harness, work) as look:
        for times, seconds in ((1, 15), (2, 30), (3, 3600), (4, 3600)):
            least = seconds * SECOND
            wait_until(lambda least=least: least <= work.due_in() <= least * 1.1)
            assert len(work.begun) == times
            clock.advance(seconds=seconds * 1.1)
            look()
    # Another process that begins finds it as it is.
    with doing(harness, work):
        wait_until(lambda: len(work.left()) == 1)
    assert work.given_up == []


def test_what_is_noted_may_ask_for_the_same_again(harness: Harness, clock: Clock) -> None:
    work = Work(harness)

    async def once_more(tx: Write) -> None:
        work.note = None
        jobs.add(tx, work.name, instance_id="ins_a", subject_id="a", now=clock.now())

    work.note = once_more
    with doing(harness, work):
        work.add("a")
        wait_until(lambda: work.subjects == ["a", "a"] and work.left() == [])


def test_what_recurs_is_not_forgotten_when_the_clock_is_set_back(
    harness: Harness, clock: Clock
) -> None:
    work = Work(harness, every=HOUR)
    clock.advance(days=400)
    with doing(harness, work):
        wait_until(lambda: work.due_in() >= HOUR)
    clock.reset()
    with doing(harness, work):
        wait_until(lambda: work.due_in() <= 1.1 * HOUR)


def test_nothing_waits_for_a_time_that_the_clock_was_ahead_by(
    harness: Harness, clock: Clock
) -> None:
    failed, killed, recurring = Work(harness), Work(harness), Work(harness, every=HOUR)
    late = Work(harness, longest_wait=3 * DAY)
    failed.raised = [TryAgainError("busy")]
    clock.advance(days=402)
    late.add("a")
    clock.advance(days=-2)
    killed.add("a")
    harness.run(store.claim(harness.open.db, clock.now(), [killed.name], [45 * SECOND], [1]))
    with doing(harness, failed, killed, recurring, late) as look:
        failed.add("a")
        wait_until(lambda: failed.due_in() >= 15 * SECOND and recurring.due_in() >= HOUR)
        clock.reset()
        look()
        for work in (failed, killed, recurring):
            wait_until(lambda work=work: 0 < work.due_in() <= 1.1 * HOUR)
        assert late.due_in() == 3 * DAY
        clock.advance(hours=1.1)
        look()
        wait_until(lambda: not failed.left() and not killed.left())
    assert (failed.subjects, killed.subjects, late.subjects) == (["a", "a"], ["a"], [])


def test_what_a_machine_that_was_ahead_has_claimed_is_brought_back(
    harness: Harness, clock: Clock
) -> None:
    work = Work(harness)
    with doing(harness, work) as look:
        harness.run(_added(harness, work.name, clock.now() + 400 * DAY))
        clock.advance(hours=1)
        look()
        wait_until(lambda: 0 < work.due_in() <= 1.1 * HOUR)


async def _added(harness: Harness, kind: str, due_at: int) -> None:
    async with harness.open.db.write() as tx:
        jobs.add(tx, kind, instance_id="ins_a", subject_id="a", now=due_at)


def test_instances_that_hang_leave_room_for_others(harness: Harness, clock: Clock) -> None:
    work = Work(harness)
    work.may_end.clear()
    with doing(harness, work):
        for number in range(5):
            work.add(*(f"{number} {each}" for each in range(20)), instance=f"ins_{number}")
        wait_until(lambda: len(work.begun) >= 25)
        for instance in ("ins_x", "ins_y"):
            work.add(f"of {instance}", instance=instance)
            wait_until(lambda of=f"of {instance}": of in work.subjects)
        most = Counter(row.instance_id for row in work.begun)
        harness.run(_set(work.may_end))
        wait_until(lambda: work.left() == [])
    assert max(most.values()) <= work.pace.at_once_of_an_instance
    assert min(most[f"ins_{number}"] for number in range(5)) >= 4


def test_instances_that_were_slow_share_half_of_the_places(harness: Harness, clock: Clock) -> None:
    work = Work(harness, slow_after=-1)
    instances = [f"ins_{number:02}" for number in range(60)]
    with doing(harness, work):
        for instance in instances:
            work.add(f"first of {instance}", instance=instance)
        wait_until(lambda: work.left() == [])
        # All of them have been slow once.
        work.begun.clear()
        work.may_end.clear()
        for instance in instances:
            work.add(f"second of {instance}", instance=instance)
        wait_until(lambda: len(work.begun) >= 25)
        work.add("of another", instance="ins_another")
        wait_until(lambda: "of another" in work.subjects)
        begun = len(work.begun)
        harness.run(_set(work.may_end))
        wait_until(lambda: work.left() == [])
    assert begun <= 36
