"""What is contradictory or unsafe about instances, as sentences that say what to do."""

from collections.abc import Iterator

import msgspec

from hallporter.contract.hosts import is_loopback
from hallporter.contract.settings_rules import Subject
from hallporter.features.settings.parts import RULES


class Listening(msgspec.Struct, frozen=True):
    """How the server can be reached."""

    host: str
    has_tls: bool
    behind_proxy: bool

    @property
    def is_private(self) -> bool:
        """Whether only this machine can connect."""
        return is_loopback(self.host)

    @property
    def is_exposed(self) -> bool:
        """Whether what other machines send can arrive."""
        return self.behind_proxy or not self.is_private

    @property
    def is_encrypted(self) -> bool:
        """Whether what comes from outside came over TLS."""
        return self.has_tls or self.behind_proxy


def of_instance(subject: Subject) -> list[str]:
    """Return what is wrong with an instance wherever it is served."""
    return [sentence for rule in RULES for sentence in rule(subject)]


def of_serving(listening: Listening, subjects: list[Subject]) -> list[str]:
    """Return what is wrong with serving these instances this way."""
    found = [sentence for subject in subjects for sentence in of_instance(subject)]
    if listening.is_exposed:
        found += _exposed(listening, subjects)
    if not listening.is_encrypted:
        found += [
            f"Instance {subject.slug} belongs to {subject.frontend_host}, which must be https: "
            "give --tls CERT,KEY, or --behind-proxy if a proxy in front ends TLS."
            for subject in subjects
            if not subject.is_local
        ]
    return found


def _exposed(listening: Listening, subjects: list[Subject]) -> Iterator[str]:
    option = "--behind-proxy" if listening.behind_proxy else "--host"
    others = f"{option} lets in what other machines send"
    if not listening.behind_proxy:
        others = f"--host {listening.host} lets other machines connect"
    if not listening.is_encrypted:
        yield (
            f"{others}, and passwords would travel unencrypted: give --tls CERT,KEY, or "
            "--behind-proxy if a proxy in front ends TLS, or leave --host out."
        )
    for subject in subjects:
        if subject.settings.test_mode and subject.is_local:
            yield (
                f"{others}, and instance {subject.slug} is in test mode, in which everybody knows "
                f"the codes: run `hallporter instance update {subject.slug} test_mode=false`, or "
                f"leave {option} out."
            )
        if subject.has_weak_secret_key and subject.is_local:
            yield (
                f"{others}, and the secret key of instance {subject.slug} could be guessed: make "
                f"the instance anew without --secret-key, or leave {option} out."
            )
