#!/bin/sh
# clerk-backend-api 7.0.0 (PyPI): a create that is answered 503 is sent again and again, with nothing by which a server could tell.
#
# Guess: like most clients it repeats what is safe to repeat (RFC 9110, section 9.2.2: a POST only where it is known not to have
# been applied), or sends an Idempotency-Key with it.
# Found: `users.create` sends the same body several times within ten seconds, without such a key and without being told to. A server
# that has stored a user and then fails with any 5xx gets that user twice, unless something in the body is unique.
# So a server answers 5xx only where nothing was stored.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check clerk-backend-api==7.0.0
cat > "$folder/try.py" <<'PYTHON'
import http.server
import threading

from clerk_backend_api import Clerk

bodies, keys = [], set()


class Unavailable(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        bodies.append(self.rfile.read(int(self.headers["content-length"])))
        keys.add(self.headers.get("idempotency-key"))
        self.send_response(503)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def create(address):
    with Clerk(bearer_auth="sk_test_nobody", server_url=address) as clerk:
        clerk.users.create(first_name="Ada")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Unavailable)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}"
asking = threading.Thread(target=create, args=(address,), daemon=True)
asking.start()
asking.join(10)
print("sent more than twice in ten seconds:", len(bodies) > 2)
print("different bodies:", len(set(bodies)), "idempotency keys:", keys)
print("still at it:", asking.is_alive())
PYTHON
"$folder/venv/bin/python" "$folder/try.py" > "$folder/seen"
cat "$folder/seen"
cat > "$folder/expected" <<'TEXT'
sent more than twice in ten seconds: True
different bodies: 1 idempotency keys: {None}
still at it: True
TEXT
diff "$folder/expected" "$folder/seen"
