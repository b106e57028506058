"""What a proof comes to: the half of an attempt that is run inside the write."""

from collections.abc import Awaitable, Callable

from hallporter.contract.problem import ApiError
from hallporter.core.database import Write

Verdict = ApiError | None
"""None: proved. Otherwise what is wrong: recorded first, then raised."""

Claim = Callable[[Write], Awaitable[Verdict]]
"""The second half of an attempt, run inside the write that records it: whatever must be judged and
spent at once. What is slow has happened before."""
