"""What a proof comes to: the half of an attempt that is run inside the write."""

from collections.abc import Awaitable, Callable

from hallporter.contract.api_error import ApiError
from hallporter.core.database import Write

Verdict = ApiError | None
"""None: proved. Otherwise what is wrong: recorded first, then raised."""

Claim = Callable[[Write], Awaitable[Verdict]]
"""The second half of an attempt, run inside the write that records it. It judges and spends the
proof in one statement. Slow work is done before."""
