"""What only instances in test mode do."""

from hallporter.contract.api_error import ErrorKind

test_mode_required = ErrorKind(
    403,
    "test_mode_required",
    "Not in test mode",
    "Only an instance in test mode has a clock that can be moved.",
)
