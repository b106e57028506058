"""Everything that is wrong with a request, told at once."""

from collections.abc import Generator
from contextlib import contextmanager

from hallporter.contract.problem import ApiError, together


class Faults:
    """Gathers refusals while a request is checked."""

    def __init__(self) -> None:
        self._found: list[ApiError] = []

    @contextmanager
    def noted(self) -> Generator[None]:
        """Run one check; what it refuses is kept for later."""
        try:
            yield
        except ApiError as fault:
            self._found.append(fault)

    def add(self, fault: ApiError) -> None:
        """Keep a refusal for later."""
        self._found.append(fault)

    def raise_any(self) -> None:
        """Raise one error that tells everything found, if anything was."""
        if self._found:
            raise together(self._found)
