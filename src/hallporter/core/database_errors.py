"""What PostgreSQL's errors mean: away for a moment, another server, or a fault of ours.

By class of SQLSTATE (PostgreSQL manual, Appendix A) as asyncpg spells them, and by what asyncpg
raises itself when there is nobody to say one.
"""

import re

import asyncpg


class OutcomeUnknownError(ConnectionError):
    """The connection broke while a change was being confirmed: it was made, or it was not."""


# What a statement raises while the database cannot do what it should: restarting, failing over,
# read-only, full, gone. Nothing was written, and the same may work in a moment.
UNREACHABLE = (
    OSError,
    asyncpg.InterfaceError,
    # Among these: none of several servers takes writes.
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TransactionTimeoutError,
    # A pooler has lost or mixed up what was prepared.
    asyncpg.InvalidSQLStatementNameError,
    asyncpg.DuplicatePreparedStatementError,
    # Its password is being changed, or the database restored.
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.TransactionRollbackError,
    asyncpg.InsufficientResourcesError,
    # Among these: somebody holds a lock for too long.
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresSystemError,
    asyncpg.ConfigFileError,
    asyncpg.InternalServerError,
    # Poolers make codes up.
    asyncpg.UnknownPostgresError,
)
_OF_ANOTHER_SERVER = (asyncpg.ReadOnlySQLTransactionError,)
_HAVE_BROKEN = (
    asyncpg.InternalClientError,
    asyncpg.InvalidSQLStatementNameError,
    asyncpg.DuplicatePreparedStatementError,
)
# After these, what was being sent may have been done.
LOST_MEANWHILE = (
    OSError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.StatementCompletionUnknownError,
)
_CHANGES = re.compile(r"(?<!\bfor )\b(insert|update|delete|merge)\b", re.IGNORECASE)


def is_of_another_server(error: BaseException) -> bool:
    """Tell whether `error` says that this server is not, or no longer, the one to write to."""
    return isinstance(error, _OF_ANOTHER_SERVER)


def has_broken(error: BaseException) -> bool:
    """Tell whether a connection is of no use after `error`, though it may look open."""
    return isinstance(error, _HAVE_BROKEN)


def raise_unknown_outcome(error: BaseException, sql: str) -> None:
    """Raise OutcomeUnknownError if `sql`, by itself, may have changed something nevertheless."""
    if isinstance(error, LOST_MEANWHILE) and _CHANGES.search(sql) is not None:
        raise OutcomeUnknownError(type(error).__name__) from error
