#!/bin/sh
# joserfc 1.7.0: a JWT whose header has a parameter that no RFC registers is refused, although it is signed rightly.
#
# Guess: what is not known in a header is ignored, as RFC 7515 (section 4) says it must be unless `crit` names it, and as PyJWT
# does; and a header may be as long as it likes. Providers do write both: a `nonce` in the header, a `kid` that is an address.
# Found: `jwt.decode` raises UnsupportedHeaderError for `{"tenant": "blue"}`, and ExceededSizeError for an encoded header of over 512
# bytes. `JWSRegistry(strict_check_header=False)` lifts the first, not the second.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check joserfc==1.7.0 PyJWT==2.10.1
cat > "$folder/try.py" <<'PYTHON'
import jwt as pyjwt
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.jws import JWSRegistry

SECRET = b"a secret of thirty-two bytes ..."
KEY = OctKey.import_key(SECRET)


def read_by_joserfc(token, **options):
    try:
        return jwt.decode(token, KEY, algorithms=["HS256"], **options).claims
    except JoseError as refused:
        return type(refused).__name__


for header in ({}, {"tenant": "blue"}, {"kid": "https://issuer.example/keys/" + "1" * 400}):
    token = pyjwt.encode({"sub": "ada"}, SECRET, algorithm="HS256", headers=header)
    print(
        "header of", len(token.partition(".")[0]), "bytes, beside alg and typ", list(header),
        "PyJWT", pyjwt.decode(token, SECRET, algorithms=["HS256"]),
        "joserfc", read_by_joserfc(token),
        "not strict", read_by_joserfc(token, registry=JWSRegistry(strict_check_header=False)),
    )
PYTHON
"$folder/venv/bin/python" "$folder/try.py" > "$folder/seen"
cat "$folder/seen"
cat > "$folder/expected" <<'TEXT'
header of 36 bytes, beside alg and typ [] PyJWT {'sub': 'ada'} joserfc {'sub': 'ada'} not strict {'sub': 'ada'}
header of 58 bytes, beside alg and typ ['tenant'] PyJWT {'sub': 'ada'} joserfc UnsupportedHeaderError not strict {'sub': 'ada'}
header of 619 bytes, beside alg and typ ['kid'] PyJWT {'sub': 'ada'} joserfc ExceededSizeError not strict ExceededSizeError
TEXT
diff "$folder/expected" "$folder/seen"
