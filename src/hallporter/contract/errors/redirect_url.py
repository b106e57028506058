"""Redirect URLs."""

from hallporter.contract.api_error import ErrorKind

not_found = ErrorKind(
    404, "resource_not_found", "Redirect URL not found", "There is no redirect URL with this id."
)
duplicate = ErrorKind(400, "duplicate_record", "Listed already", "The list holds this address.")
# Clerk's spelling.
not_listed = ErrorKind(
    400,
    "resource_missmatch",
    "Redirect not allowed",
    "A native app is led back to a redirect URL of the instance, letter for letter.",
)
too_many = ErrorKind(
    403, "quota_exceeded", "Too many redirect URLs", "An instance may have at most {max} of them."
)
