#!/bin/sh
# clerk-backend-api 7.0.0 (PyPI) beside @clerk/backend 3.25.0 (npm): which of several session cookies counts.
#
# Guess: apps on one host name (localhost:3000, localhost:4000) share their cookies, therefore each name ends in a suffix made of the
# app's publishable key; both SDKs read the cookie of their own suffix.
# Found: the Python SDK takes the first cookie whose name begins with `__session`. It has no option for the publishable key, so it
# cannot know its suffix. Where another app's cookie comes first, whoever is signed in is signed out, with a valid token in the same
# header; the JavaScript SDK signs in by that header. The order is the browser's: the cookie that was made first comes first.
# So a Python API beside a second app gets its token in the Authorization header, or a host name of its own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check clerk-backend-api==7.0.0
npm install --silent --no-audit --no-fund --prefix "$folder" @clerk/backend@3.25.0 > "$folder/npm" 2>&1 || { cat "$folder/npm"; exit 1; }
cat > "$folder/make.py" <<'PYTHON'
import base64
import hashlib
import json
import time

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ours, theirs = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
now = int(time.time())


def token(key):
    claims = {"iss": "https://clerk.example.com", "azp": "http://localhost:3000", "sub": "user_1", "sid": "sess_1", "v": 2}
    claims |= {"sts": "active", "iat": now - 2, "nbf": now - 10, "exp": now + 600}
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "ins_1"})


public_key = ours.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
publishable_key = "pk_live_" + base64.b64encode(b"clerk.example.com$").decode()
suffix = base64.urlsafe_b64encode(hashlib.sha1(publishable_key.encode()).digest())[:8].decode()
of_other_app = f"__session_aaaaaaaa={token(theirs)}"
of_this_app = f"__session_{suffix}={token(ours)}; __client_uat_{suffix}={now - 100}"
print(json.dumps({
    "jwt_key": public_key.decode(),
    "publishable_key": publishable_key,
    "headers": {"ours first": f"{of_this_app}; {of_other_app}", "theirs first": f"{of_other_app}; {of_this_app}"},
}))
PYTHON
cat > "$folder/try.py" <<'PYTHON'
import json
import sys
from types import SimpleNamespace

from clerk_backend_api.security import authenticate_request
from clerk_backend_api.security.types import AuthenticateRequestOptions

made = json.load(open(sys.argv[1]))
for order, cookie in made["headers"].items():
    state = authenticate_request(SimpleNamespace(headers={"cookie": cookie}), AuthenticateRequestOptions(jwt_key=made["jwt_key"]))
    print(f"python, {order}: {state.status.value}", "" if state.reason is None else state.reason.name)
PYTHON
cat > "$folder/try.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import { createClerkClient } from "@clerk/backend";

const made = JSON.parse(readFileSync(process.argv[2]));
const clerk = createClerkClient({ secretKey: "sk_live_nobody", publishableKey: made.publishable_key });
for (const [order, cookie] of Object.entries(made.headers)) {
  const request = new Request("http://localhost:3000/", { headers: { cookie } });
  const state = await clerk.authenticateRequest(request, { jwtKey: made.jwt_key });
  console.log(`javascript, ${order}: ${state.status} ${state.reason ?? ""}`);
}
JAVASCRIPT
"$folder/venv/bin/python" "$folder/make.py" > "$folder/made.json"
"$folder/venv/bin/python" "$folder/try.py" "$folder/made.json" > "$folder/seen"
node "$folder/try.mjs" "$folder/made.json" >> "$folder/seen"
sed -i 's/ *$//' "$folder/seen"
cat "$folder/seen"
cat > "$folder/expected" <<'TEXT'
python, ours first: signed-in
python, theirs first: signed-out TOKEN_INVALID_SIGNATURE
javascript, ours first: signed-in
javascript, theirs first: signed-in
TEXT
diff "$folder/expected" "$folder/seen"
