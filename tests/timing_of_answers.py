"""What response times reveal about accounts: `python -m tests.timing_of_answers [PAIRS [NAME]]`.

Each endpoint is asked in pairs, a user and an unknown identifier in random order. The threshold
that separates them best in one half of the pairs is tried on the other half: 50 % is guessing.
"""

import random
import sys
import time
from collections.abc import Callable

from hallporter.contract.settings import LimitSettings, LockoutSettings, Settings
from tests.harness import Browser, Reply, Tenant, running_harness

PAIRS = 2_000
_USERS = 100
_SIGN_INS, _SIGN_UPS = "/v1/client/sign_ins", "/v1/client/sign_ups"
Ask = Callable[[str], Reply]
Pair = tuple[float, float]
"""Seconds that the answer about a user took, and that about a stranger."""


def accuracy(pairs: list[Pair]) -> float:
    """Return how often a threshold is right: found in the even pairs, tried on the odd ones."""
    threshold, users_are_slower = _best(pairs[::2])
    right = [
        ((taken > threshold) == users_are_slower) == is_user
        for pair in pairs[1::2]
        for taken, is_user in zip(pair, (True, False), strict=True)
    ]
    return sum(right) / len(right)


def _best(pairs: list[Pair]) -> tuple[float, bool]:
    labelled = sorted([(user, 1) for user, _ in pairs] + [(stranger, -1) for _, stranger in pairs])
    # How many more users than strangers are as fast as this one or faster.
    lead, most, threshold = 0, 0, 0.0
    for taken, step in labelled:
        lead += step
        if abs(lead) > abs(most):
            most, threshold = lead, taken
    return threshold, most < 0


def measured(ask: Ask, pairs: int) -> list[Pair]:
    """Ask about `pairs` users and as many strangers, each pair in random order."""
    found: list[Pair] = []
    for number in range(pairs):
        taken: dict[bool, float] = {}
        for is_user in random.sample((True, False), 2):
            # As long as the other, so that only what it stands for differs.
            name = address(number) if is_user else address(number).replace("user", "none", 1)
            begun = time.perf_counter()
            reply = ask(name)
            taken[is_user] = time.perf_counter() - begun
            assert reply.status in (200, 422), reply.text
        found.append((taken[True], taken[False]))
    return found


def endpoints(browser: Browser) -> dict[str, Ask]:
    """Return what a stranger may ask, by what it is called."""
    wrong = "not the password"
    return {
        "begin a sign-in": lambda name: browser.post(_SIGN_INS, identifier=name),
        "a wrong password": lambda name: browser.sign_in(name, wrong),
        "begin a sign-up": lambda name: browser.post(
            _SIGN_UPS, email_address=name, password="correct horse battery"
        ),
        "a code by mail": lambda name: browser.post(
            _SIGN_INS, identifier=name, strategy="email_code"
        ),
    }


def prepare(instance: Tenant) -> None:
    """Make the users that are asked about."""
    backend = instance.backend()
    for number in range(_USERS):
        backend.create_user(
            email_address=[address(number)], password=None, skip_password_requirement=True
        )


def address(number: int) -> str:
    """Return the address of a user; everybody is asked about in turn."""
    return f"user{number % _USERS:05}@example.com"


def main(pairs: int, wanted: str) -> None:
    """Print the accuracy of the best threshold for every endpoint whose name contains `wanted`."""
    with running_harness() as harness:
        # Nobody is kept from asking.
        limits = LimitSettings(**dict.fromkeys(LimitSettings.__struct_fields__, 0))
        settings = Settings(
            enumeration_protection=True, lockout=LockoutSettings(enabled=False), limits=limits
        )
        instance = harness.make_instance(settings)
        prepare(instance)
        chosen = {
            name: ask for name, ask in endpoints(instance.browser()).items() if wanted in name
        }
        for name, ask in chosen.items():
            found = measured(ask, pairs)
            medians = [sorted(taken)[pairs // 2] * 1_000 for taken in zip(*found, strict=True)]
            print(
                f"{name}: {accuracy(found):.1%} of {pairs} pairs told apart; "
                f"median {medians[0]:.2f} ms of users, {medians[1]:.2f} ms of strangers",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS, "".join(sys.argv[2:]))
