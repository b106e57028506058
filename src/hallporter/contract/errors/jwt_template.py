"""JWT templates."""

from hallporter.contract.api_error import ErrorKind

# Applications look for this very sentence: Clerk's, word for word.
not_found = ErrorKind(
    404,
    "resource_not_found",
    "JWT template not found",
    "No JWT template exists with {attribute}: {value}",
)
reserved_claim = ErrorKind(
    400,
    "jwt_template_reserved_claim",
    "holds a reserved claim",
    "A template cannot have the claim {claim}: the server sets it, or keeps it for sessions.",
)
too_many = ErrorKind(
    403,
    "jwt_template_quota_exceeded",
    "Too many JWT templates",
    "An instance may have at most {max} templates.",
)
