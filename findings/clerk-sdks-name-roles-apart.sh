#!/bin/sh
# clerk-backend-api 7.0.0 (PyPI) beside @clerk/backend 3.25.0 (npm): the role in an organization, read from one session token.
#
# Guess: a version 2 session token holds the role in short (`o.rol` is `admin`); both SDKs give it back as the key that the role was
# created under (`org:admin`), as both do with the permissions of the same token.
# Found: the JavaScript SDK says `org:admin`, the Python SDK's `org_role` is `admin`, while its permissions carry the `org:` that the
# token leaves out. A check of a role that is moved from one to the other is never true; one of a permission works in both.
# So a service in Python asks for permissions, or compares roles without `org:`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check clerk-backend-api==7.0.0
npm install --silent --no-audit --no-fund --prefix "$folder" @clerk/backend@3.25.0 > "$folder/npm" 2>&1 || { cat "$folder/npm"; exit 1; }
cat > "$folder/try.py" <<'PYTHON'
import json
import sys
import time
from types import SimpleNamespace

import jwt
from clerk_backend_api.security import authenticate_request
from clerk_backend_api.security.types import AuthenticateRequestOptions
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
public_key = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
now = int(time.time())
claims = {"iss": "https://clerk.example.com", "sub": "user_1", "sid": "sess_1", "v": 2, "sts": "active"}
claims |= {"iat": now - 2, "nbf": now - 10, "exp": now + 600}
claims |= {"fea": "o:billing", "o": {"id": "org_1", "slg": "acme", "rol": "admin", "per": "read,manage", "fpm": "3"}}
token = jwt.encode(claims, key, algorithm="RS256", headers={"kid": "ins_1"})
request = SimpleNamespace(headers={"Authorization": f"Bearer {token}"})
found = authenticate_request(request, AuthenticateRequestOptions(jwt_key=public_key)).payload
print("python:", found["org_role"], *found["org_permissions"])
json.dump({"jwt_key": public_key, "token": token}, open(sys.argv[1], "w"))
PYTHON
cat > "$folder/try.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import { createClerkClient } from "@clerk/backend";

const { jwt_key, token } = JSON.parse(readFileSync(process.argv[2]));
const clerk = createClerkClient({ secretKey: "sk_live_nobody", publishableKey: `pk_live_${btoa("clerk.example.com$")}` });
const request = new Request("https://app.example.com/", { headers: { authorization: `Bearer ${token}` } });
const found = (await clerk.authenticateRequest(request, { jwtKey: jwt_key })).toAuth();
console.log("javascript:", found.orgRole, ...found.orgPermissions);
JAVASCRIPT
"$folder/venv/bin/python" "$folder/try.py" "$folder/made.json" > "$folder/seen"
node "$folder/try.mjs" "$folder/made.json" >> "$folder/seen"
cat "$folder/seen"
cat > "$folder/expected" <<'TEXT'
python: admin org:billing:read org:billing:manage
javascript: org:admin org:billing:read org:billing:manage
TEXT
diff "$folder/expected" "$folder/seen"
