"""What a rule about settings looks at, and how it says what is wrong with them."""

from collections.abc import Callable, Iterator

import msgspec

from hallporter.contract.hosts import is_local
from hallporter.contract.settings import Settings


class Subject(msgspec.Struct, frozen=True):
    """What the rules look at in an instance."""

    slug: str
    frontend_host: str
    settings: Settings
    has_weak_secret_key: bool = False

    @property
    def is_local(self) -> bool:
        """Whether the instance lives on this machine only."""
        return is_local(self.frontend_host)

    def wrong(self, what: str, changes: str) -> str:
        """Return the sentence that the instance does `what`, and which changes would mend it."""
        return f"Instance {self.slug} {what}: {self.update(changes)}"

    def public(self, what: str, changes: str) -> str:
        """Return such a sentence about what a public instance must not do."""
        return self.wrong(f"is public ({self.frontend_host}) and {what}", changes)

    def update(self, changes: str) -> str:
        """Return how an operator makes `changes`, as the end of a sentence."""
        return f"run `hallporter instance update {self.slug} {changes}`, or say so in --settings."


# Each sentence says what is wrong and what would put it right.
Rule = Callable[[Subject], Iterator[str]]
