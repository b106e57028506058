"""Every statement that touches spendings."""

from hallporter.contract.ids import InstanceId
from hallporter.core.database import Database, Reader
from hallporter.features.limits.rows import SpentRow

# A leaky bucket. Each use moves `due_at` of its subject on by the interval, starting from now at
# the earliest. A use is refused if `due_at` would be later than `spread` from now. If it is later
# than that already, the clock was set back, and the row starts anew. All subjects are checked
# before any is counted, in one order, so that requests do not deadlock. Parallel requests without a
# row are judged by what they insert. A row whose `due_at` has passed means nothing any more: each
# statement deletes some of those.
SPEND = """
    with asked as (
        select subject, interval, spread
        from unnest($2::text[], $3::bigint[], $4::bigint[]) as asked (subject, interval, spread)
    ), held as (
        select s.subject, s.due_at from spendings s join asked on asked.subject = s.subject
        where s.instance_id = $1 order by s.subject for update of s
    ), judged as (
        select asked.subject, asked.interval, asked.spread,
            case
                when held.due_at is null or held.due_at > $5 + asked.spread then 0
                else greatest(held.due_at + asked.interval - asked.spread - $5, 0)
            end as wait
        from asked left join held on held.subject = asked.subject
    ), forgotten as (
        delete from spendings where instance_id = $1 and subject = any(array(
            select subject from spendings
            where instance_id = $1 and due_at <= $5 and subject <> all($2)
            order by due_at limit 10 for update skip locked
        ))
    ), counted as (
        insert into spendings as s (instance_id, subject, due_at, spread)
        select $1, subject, $5 + interval, spread from judged
        where not exists (select from judged where wait > 0)
        order by subject
        on conflict (instance_id, subject) do update set
            spread = excluded.spread,
            due_at = case
                when s.due_at > $5 + excluded.spread then excluded.due_at
                else greatest(s.due_at, $5) + excluded.due_at - $5
            end
        where s.due_at <= 2 * $5 + excluded.spread - excluded.due_at
            or s.due_at > $5 + excluded.spread
        returning 1
    )
    select (select count(*) from counted) as counted,
        (select array_agg(wait order by subject) from judged) as waits
"""
GIVE_BACK = """
    update spendings set due_at = due_at - $3 where instance_id = $1 and subject = $2
    returning due_at
"""


async def spend(
    db: Reader,
    instance_id: InstanceId,
    subjects: list[str],
    intervals: list[int],
    spreads: list[int],
    now: int,
) -> SpentRow:
    """Count one use for every subject, or for none if one of them is over its limit.

    `intervals` are the ms between two uses, one for each subject. `spreads` are the ms after which
    a full burst is allowed again.
    """
    row = await db.one(SpentRow, SPEND, instance_id, subjects, intervals, spreads, now)
    return row or SpentRow(counted=0, waits=[])


async def give_back(db: Database, instance_id: InstanceId, subject: str, interval: int) -> None:
    """Take one back."""
    await db.value(GIVE_BACK, instance_id, subject, interval)
