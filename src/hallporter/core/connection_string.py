"""Addresses of PostgreSQL as hosts and tools write them: each parameter understood or left aside.

libpq's parameters are those of the PostgreSQL manual, 34.1.2. What neither it nor anybody else
here knows goes to the server as a setting, which refuses by name what it does not know.
"""

from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from hallporter.core.operator_error import OperatorError


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What asyncpg understands as libpq does.
_UNDERSTOOD = _names("""
    host port dbname database user password passfile service sslmode sslcert sslkey sslrootcert
    sslnegotiation sslcrl sslpassword ssl_min_protocol_version ssl_max_protocol_version
    target_session_attrs krbsrvname gsslib
""")
# What libpq understands beside, and we decide ourselves or do without.
_LEFT_ASIDE_OF_LIBPQ = _names("""
    channel_binding connect_timeout keepalives keepalives_idle keepalives_interval
    keepalives_count tcp_user_timeout client_encoding fallback_application_name gssencmode
    gssdelegation krbdelegation sslcompression sslcertmode sslsni sslkeylogfile sslcrldir
    load_balance_hosts min_protocol_version max_protocol_version require_auth requirepeer
    scram_client_key scram_server_key
""")
# What Prisma, Supabase, JDBC and others write for their own pools; a pooler we find ourselves.
_LEFT_ASIDE_OF_OTHERS = _names("""
    pgbouncer connection_limit pool_timeout pool_mode pool_size max_connections socket_timeout
    sslaccept sslidentity uselibpqcompat supa workaround prepared_statements statement_cache_size
    prepareThreshold preparedStatementCacheQueries
""")
_LEFT_ASIDE = _LEFT_ASIDE_OF_LIBPQ | _LEFT_ASIDE_OF_OTHERS
_OF_LIBPQ = _UNDERSTOOD - {"database", "gsslib"} | {"application_name", "options"}
_YES = ("1", "true", "yes", "on")


def understood(dsn: str, variable: str) -> str:
    """Return `dsn` without what is left aside; refuses what cannot be meant as it is written."""
    parts = urlsplit(dsn)
    if not parts.query:
        return dsn
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    kept = {name: value for name, value in given.items() if name not in _LEFT_ASIDE and value}
    if kept.pop("schema", "public") != "public":
        raise OperatorError(
            f"{variable} names the schema {given['schema']}, and only `public` is used: leave it "
            "out, and give hallporter a database of its own."
        )
    if kept.pop("ssl", "").lower() in _YES:
        kept.setdefault("sslmode", "require")
    return parts._replace(query=urlencode(kept, quote_via=quote, safe="/,:")).geturl()


def for_libpq(dsn: str) -> str:
    """Return `dsn` with settings of the server where libpq takes them: in `options`."""
    parts = urlsplit(dsn)
    given = dict(parse_qsl(parts.query))
    settings = {name: given.pop(name) for name in list(given) if name not in _OF_LIBPQ}
    if "database" in settings:
        given["dbname"] = settings.pop("database")
    settings.pop("gsslib", None)
    if settings:
        escaped = [f"-c {name}={_escaped(value)}" for name, value in settings.items()]
        given["options"] = " ".join([*filter(None, [given.get("options")]), *escaped])
    return parts._replace(query=urlencode(given, quote_via=quote, safe="/,:")).geturl()


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")
