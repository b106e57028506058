"""Which browser packages this release serves, exactly, and how it says that it cannot."""

from pathlib import Path

import msgspec


class Pin(msgspec.Struct, frozen=True):
    """One exact package: `integrity` is the `sha512-…` string of its tarball."""

    name: str
    version: str
    aliases: tuple[str, ...]
    integrity: str

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


class PackageUnavailable(Exception):
    """A package could not be had: `sentence` may be shown to anyone, `detail` to the operator."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail


class _PinsFile(msgspec.Struct, frozen=True):
    package: tuple[Pin, ...]


PINS = msgspec.toml.decode(
    Path(__file__).with_name("npm_packages.toml").read_bytes(), type=_PinsFile
).package
