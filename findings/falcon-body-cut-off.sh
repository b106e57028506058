#!/bin/sh
# falcon 4.2.0 (ASGI), CPython 3.11: a body whose sender hangs up halfway is read as if it were whole.
#
# Guess: `await req.stream.read()` raises when `http.disconnect` comes before the last part of a body, as
# Starlette's `Request.body()` does (ClientDisconnect), and all the more where Content-Length says how much is missing.
# Found: it returns what came so far, and `eof` is true, with a Content-Length of 20 and 8 bytes received just as without one.
# So a server that stores what it is sent compares the length itself, or looks for the disconnect where there is no length.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check falcon==4.2.0 starlette==0.50.0
cat > "$folder/try.py" <<'PYTHON'
import asyncio

import falcon.asgi
from starlette.requests import ClientDisconnect, Request


def scope(headers):
    return {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": "POST", "scheme": "http", "path": "/", "raw_path": b"/", "query_string": b"",
        "root_path": "", "headers": [(b"host", b"localhost"), *headers],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }


def hanging_up():
    events = iter([{"type": "http.request", "body": b"half of ", "more_body": True}])

    async def receive():
        return next(events, {"type": "http.disconnect"})

    return receive


async def ignore(_event):
    pass


class Reads:
    async def on_post(self, request, response):
        body = await request.stream.read()
        print("falcon read", body, "eof", request.stream.eof)


async def main():
    application = falcon.asgi.App()
    application.add_route("/", Reads())
    for headers in ([(b"content-length", b"20")], [(b"transfer-encoding", b"chunked")]):
        await application(scope(headers), hanging_up(), ignore)
        try:
            print("starlette read", await Request(scope(headers), hanging_up()).body())
        except ClientDisconnect:
            print("starlette raised ClientDisconnect")


asyncio.run(main())
PYTHON
"$folder/venv/bin/python" "$folder/try.py" > "$folder/seen"
cat "$folder/seen"
cat > "$folder/expected" <<'TEXT'
falcon read b'half of ' eof True
starlette raised ClientDisconnect
falcon read b'half of ' eof True
starlette raised ClientDisconnect
TEXT
diff "$folder/expected" "$folder/seen"
