#!/bin/sh
# cryptography 50.0.2 (PyPI) with Python 3.11: who waits while a private RSA key is loaded.
#
# Guess: `load_pem_private_key` is a parser, and quick; or what takes long in it is done in C with Python's lock given away, as hashing
# is, so that a thread keeps an event loop free.
# Found: it tries whether the key's factors are primes, 0.04 s for 2048 bits and 0.4 s for 4096, and keeps the lock all the while: a loop
# in another thread stands still for as long. `unsafe_skip_rsa_key_validation=True` leaves that out and takes a ten-thousandth. So what
# is stored is to be judged once, when it is taken, in another process; and loaded without that.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check cryptography==50.0.2
cat > ask.py <<'PY'
import threading
import time

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

key = rsa.generate_private_key(65_537, 4_096)
pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def worst_pause(**how: bool) -> float:
    beside = threading.Thread(target=lambda: load_pem_private_key(pem, None, **how))
    worst, last = 0.0, time.perf_counter()
    beside.start()
    while beside.is_alive():
        now = time.perf_counter()
        worst, last = max(worst, now - last), now
    return worst


print("stands still while it judges:", worst_pause() > 0.1)
print("stands still while it does not:", worst_pause(unsafe_skip_rsa_key_validation=True) > 0.1)
PY
venv/bin/python ask.py | tee found
cat > expected <<'TEXT'
stands still while it judges: True
stands still while it does not: False
TEXT
diff expected found
