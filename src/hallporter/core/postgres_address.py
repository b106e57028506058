"""The address of a PostgreSQL somebody else runs: refused, if need be, with a sentence."""

import os
from urllib.parse import parse_qs, urlsplit

import asyncpg

from hallporter.core.operator_error import OperatorError
from hallporter.core.own_name import own_name

OLDEST_VERSION = 15

_TIMEOUT_SECONDS = 10
_MALFORMED = (
    "{variable} is malformed: write it like postgresql://user:password@host:5432/database, with "
    "special characters in the password percent-encoded."
)


# A pooler says so by breaking off.
_UNKNOWN_PARAMETER = (
    asyncpg.UndefinedObjectError,
    asyncpg.CantChangeRuntimeParamError,
    asyncpg.ProtocolViolationError,
)


async def refuse_unusable(dsn: str) -> int:
    """Return the major version of the PostgreSQL at `dsn`; refuse one that cannot be used.

    No sentence quotes the address whole: there is a password in it.
    """
    where = _where(dsn, "DATABASE_URL")
    _refuse_nameless(dsn)
    try:
        connection = await asyncpg.connect(dsn, timeout=_TIMEOUT_SECONDS)
    except asyncpg.InvalidAuthorizationSpecificationError:
        raise OperatorError(
            f"The PostgreSQL at {where} refuses user and password: correct DATABASE_URL."
        ) from None
    except asyncpg.InvalidCatalogNameError:
        raise OperatorError(
            f"The PostgreSQL at {where} has no such database: create it first."
        ) from None
    except _UNKNOWN_PARAMETER as error:
        raise OperatorError(
            f"The PostgreSQL at {where} does not know a parameter of DATABASE_URL: {error}."
        ) from None
    except (ValueError, asyncpg.InterfaceError):
        raise OperatorError(_MALFORMED.format(variable="DATABASE_URL")) from None
    except (OSError, asyncpg.PostgresError) as error:
        raise OperatorError(
            f"The PostgreSQL at {where} cannot be reached ({type(error).__name__}): see that it "
            "runs, and that DATABASE_URL is right."
        ) from None
    try:
        version = connection.get_server_version().major
    finally:
        await connection.close()
    if version < OLDEST_VERSION:
        raise OperatorError(
            f"The PostgreSQL at {where} is version {version}: use {OLDEST_VERSION} or newer."
        )
    return version


def refuse_malformed(dsn: str, variable: str) -> None:
    """Refuse what is no address of a PostgreSQL; `variable` says where it was given."""
    _where(dsn, variable)


def _refuse_nameless(dsn: str) -> None:
    """Refuse to connect as who we are where that is only a number, as on OpenShift."""
    parts = urlsplit(dsn)
    is_named = parts.username or "user" in parse_qs(parts.query) or os.environ.get("PGUSER")
    if not is_named and own_name() is None:
        raise OperatorError(
            f"DATABASE_URL names no user, and user id {os.geteuid()} has no entry in /etc/passwd "
            "to be called by: write postgresql://user:password@…"
        )


def _where(dsn: str, variable: str) -> str:
    try:
        parts = urlsplit(dsn)
        port = parts.port
    except ValueError:
        raise OperatorError(_MALFORMED.format(variable=variable)) from None
    if parts.scheme not in ("postgres", "postgresql"):
        raise OperatorError(_MALFORMED.format(variable=variable))
    if parts.hostname is None:
        return "the local socket"
    return parts.hostname if port is None else f"{parts.hostname}:{port}"
