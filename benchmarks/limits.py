"""What the machine can do at best, measured in the run that is judged by it.

`python -m benchmarks.limits NAME SECONDS` prints operations per CPU-second of one process.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from argon2 import PasswordHasher
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hallporter.core import database, passwords
from hallporter.core.threads import HASHES

_SIGNING_INPUT = b"x" * 420


def alone(name: str, seconds: float, *, dsn: str = "") -> float:
    """Return a limit's operations per CPU-second, measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.limits", name, str(seconds)]
    environment = {**os.environ, "DATABASE_URL": dsn}
    printed = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return float(printed.stdout)


def sign(seconds: float) -> float:
    """RS256 signatures of a session token's size, nothing around them."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    algorithm = hashes.SHA256()
    return _rate(lambda: key.sign(_SIGNING_INPUT, padding.PKCS1v15(), algorithm), seconds)


def argon2id(seconds: float) -> float:
    """Password verifications at our parameters, in as many threads as the server hashes in.

    They share caches and memory: a CPU-second of two at once does less than one of a lone hash.
    """
    password_hash = asyncio.run(passwords.hash_password("correct horse battery"))
    hasher = PasswordHasher()
    verify = partial(hasher.verify, password_hash, "correct horse battery")
    return _rate(verify, seconds, threads=HASHES.thread_count)


def select_1(seconds: float) -> float:
    """Round trips through the same pool, from 32 tasks as the server has them."""
    return asyncio.run(_select_1(seconds))


async def _select_1(seconds: float) -> float:
    db = await database.connect(os.environ["DATABASE_URL"])
    until, done = time.perf_counter() + seconds, 0

    async def ask() -> None:
        nonlocal done
        while time.perf_counter() < until:
            await db.value("select 1")
            done += 1

    began = time.process_time()
    asks: list[Awaitable[None]] = [ask() for _ in range(32)]
    await asyncio.gather(*asks)
    used = time.process_time() - began
    await db.close()
    return done / used


def _rate(work: Callable[[], object], seconds: float, *, threads: int = 1) -> float:
    began, until = time.process_time(), time.perf_counter() + seconds

    def times_done(_thread: int) -> int:
        done = 0
        while time.perf_counter() < until:
            work()
            done += 1
        return done

    with ThreadPoolExecutor(threads) as pool:
        done = sum(pool.map(times_done, range(threads)))
    return done / (time.process_time() - began)


if __name__ == "__main__":
    name, seconds = sys.argv[1], float(sys.argv[2])
    limit = {"sign": sign, "argon2id": argon2id, "select 1": select_1}[name]
    if name == "select 1":
        import uvloop

        uvloop.install()
    print(limit(seconds))
