"""Every statement that touches jobs."""

from collections.abc import Sequence

from hallporter.core.columns import columns
from hallporter.core.database import Database, Write
from hallporter.core.jobs.rows import JobRow

INSERT_JOBS = """
    insert into jobs (kind, subject_id, instance_id, attempts, due_at, created_at)
    select kind, subject_id, instance_id, attempts, due_at, created_at
    from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[])
        as given (kind, subject_id, instance_id, attempts, due_at, created_at)
    on conflict (kind, subject_id) do nothing
"""
KEEP_RECURRING = """
    insert into jobs (kind, subject_id, instance_id, attempts, due_at, created_at)
    values ($1, '', '', 0, $2, $2)
    on conflict (kind, subject_id) do nothing
"""
# After a clock was ahead, they would be due when that time comes again.
BRING_BACK = """
    update jobs j set due_at = $1 + given.most
    from unnest($2::text[], $3::bigint[]) as given (kind, most)
    where j.kind = given.kind and j.due_at > $1 + given.most
"""
# Each kind has room of its own, and of each kind every instance has its first before any has its
# second: their jobs are looked for one instance after the other, so that a look costs as much as
# there are instances with jobs, however many wait behind each. Claimed for a while by pushing
# `due_at` ahead: several processes never do one at once, and what a killed one had claimed is done
# again.
CLAIM = f"""
    with recursive kinds as (
        select kind, hold, room
        from unnest($2::text[], $3::bigint[], $4::int[]) as kinds (kind, hold, room)
    ), owners as (
        select kind, (
            select min(j.instance_id) from jobs j where j.kind = kinds.kind
        ) as instance_id
        from kinds
        union all
        select o.kind, (
            select min(j.instance_id) from jobs j
            where j.kind = o.kind and j.instance_id > o.instance_id
        )
        from owners o where o.instance_id is not null
    ), due as (
        select kinds.kind, kinds.hold, kinds.room, own.subject_id, own.due_at,
            row_number() over (partition by kinds.kind, o.instance_id order by own.due_at) as turn
        from owners o join kinds on kinds.kind = o.kind
        cross join lateral (
            select j.subject_id, j.due_at from jobs j
            where j.kind = o.kind and j.instance_id = o.instance_id and j.due_at <= $1
            order by j.due_at limit kinds.room for update skip locked
        ) own
        where (o.kind || ' ' || o.instance_id) <> all($5)
    ), chosen as (
        select kind, hold, room, subject_id,
            row_number() over (partition by kind order by turn, due_at) as place
        from due
    )
    update jobs j set attempts = j.attempts + 1, due_at = $1 + chosen.hold
    from chosen
    where j.kind = chosen.kind and j.subject_id = chosen.subject_id and place <= room
    returning {columns(JobRow, "j")}
"""
# Both only for who claimed it last: whoever was too slow has nothing to say any more.
FINISH = """
    delete from jobs
    where instance_id = $1 and kind = $2 and subject_id = $3 and attempts = $4
"""
POSTPONE = """
    update jobs set due_at = $5, attempts = $6
    where instance_id = $1 and kind = $2 and subject_id = $3 and attempts = $4
"""


async def insert_jobs(tx: Write, rows: Sequence[JobRow]) -> None:
    """Store those of which there is none yet."""
    await tx.execute(
        INSERT_JOBS,
        [row.kind for row in rows],
        [row.subject_id for row in rows],
        [row.instance_id for row in rows],
        [row.attempts for row in rows],
        [row.due_at for row in rows],
        [row.created_at for row in rows],
    )


async def keep_recurring(tx: Write, kind: str, now: int) -> None:
    """Store a job that is due now, unless it is there."""
    await tx.execute(KEEP_RECURRING, kind, now)


async def bring_back(tx: Write, now: int, kinds: Sequence[str], most: Sequence[int]) -> None:
    """Have jobs of some kinds due in so many ms at the latest."""
    await tx.execute(BRING_BACK, now, kinds, most)


async def claim(
    db: Database,
    now: int,
    kinds: Sequence[str],
    holds: Sequence[int],
    rooms: Sequence[int],
    *,
    but_of: Sequence[str] = (),
) -> list[JobRow]:
    """Take what is due of some kinds; unless settled it comes again after a while.

    For each kind there is for how long one is held (ms), and how many are taken at most. `but_of`
    are kinds and instances with a space between, whose jobs are left alone.
    """
    return await db.many(JobRow, CLAIM, now, kinds, holds, rooms, but_of)


async def finish(tx: Write, row: JobRow) -> bool:
    """Take a job away; tell whether it was still whose claim `row` is."""
    return await tx.execute(FINISH, row.instance_id, row.kind, row.subject_id, row.attempts) == 1


async def postpone(tx: Write, row: JobRow, *, due_at: int, attempts: int) -> bool:
    """Have a job done again at `due_at`, after so many `attempts`; tell as `finish` does."""
    postponed = await tx.execute(
        POSTPONE, row.instance_id, row.kind, row.subject_id, row.attempts, due_at, attempts
    )
    return postponed == 1
