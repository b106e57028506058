"""Work that is done after the transaction that asked for it, by whichever process is free.

A job is a kind and what it is about: one of a kind for each subject. It is a row, written in the
transaction that causes it, and gone once it is done. It is done at least once: a process that dies
between the work and the note that it is done leaves it to another one, which does it again.
"""

from hallporter.core.database import Write
from hallporter.core.jobs import store
from hallporter.core.jobs.rows import JobRow

# What is announced to the queue of this process when a job has been written.
ADDED = "jobs"


def add(tx: Write, kind: str, *, instance_id: str, subject_id: str, now: int) -> None:
    """Have a job of `kind` done once this write has committed.

    Where there is one about the subject already, that one stays as it is.
    """
    row = JobRow(
        kind=kind,
        subject_id=subject_id,
        instance_id=instance_id,
        attempts=0,
        due_at=now,
        created_at=now,
    )
    tx.at_commit(store.insert_jobs, row)
    tx.announce(ADDED)
