"""Requests that cannot be served whatever they ask for."""

from hallporter.contract.api_error import ErrorKind

not_found = ErrorKind(
    404, "resource_not_found", "Not found", "There is no such route or resource here."
)
method_not_allowed = ErrorKind(
    405, "method_not_allowed", "Method not allowed", "This route does not answer this method."
)
path_invalid = ErrorKind(
    400, "request_path_invalid", "Invalid path", "The path holds an encoding that is not accepted."
)
body_invalid = ErrorKind(
    400, "request_body_invalid", "Request body invalid", "The body is neither JSON nor a form."
)
body_incomplete = ErrorKind(
    400,
    "request_body_incomplete",
    "Request body incomplete",
    "The connection ended before the body did.",
)
body_too_large = ErrorKind(
    413,
    "request_body_too_large",
    "Request body too large",
    "The body is larger than {limit} bytes.",
)
origin_invalid = ErrorKind(
    400,
    "origin_invalid",
    "Invalid origin",
    "Requests from {origin} are not accepted; allow it in the instance's settings.",
)
proxy_url_invalid = ErrorKind(
    400,
    "proxy_url_invalid",
    "Proxy URL not accepted",
    "The Clerk-Proxy-Url {url} is not an address of this instance's: its origin must be the "
    "instance's own or one of its allowed origins, and nothing may follow its path.",
)
cross_site = ErrorKind(
    403,
    "cross_site_request",
    "Not for pages of other sites",
    "A page of another site asked for this; open the address itself.",
)
# So does Clerk spell it.
redirect_url_invalid = ErrorKind(
    400,
    "resource_missmatch",
    "Redirect not allowed",
    "The redirect's origin is not among the instance's allowed origins, nor is it one of the "
    "redirect URLs that visits to providers may lead back to.",
)
version_conflict = ErrorKind(
    400,
    "api_version_conflict",
    "Two API versions",
    "The header and the query name different API versions.",
)
host_unknown = ErrorKind(
    400,
    "host_invalid",
    "Unknown host",
    "No instance of this server has the frontend host {host}.",
)
host_is_local = ErrorKind(
    400,
    "host_invalid",
    "Only for this machine",
    "The instance {slug} is local: it answers who calls it on its own machine by a name like "
    "localhost and through no proxy, and proxies that show one of its secret keys.",
)
rate_limited = ErrorKind(
    429,
    "too_many_requests",
    "Too many requests",
    "This was asked for too often; try again in {retry_after}.",
)
malformed = ErrorKind(
    400,
    "request_invalid",
    "Invalid request",
    "What came is no request of HTTP/1.1 that is read here.",
)
head_too_large = ErrorKind(
    431,
    "request_head_too_large",
    "Request head too large",
    "A request may have {lines} header lines and {bytes} bytes before its body.",
)
timed_out = ErrorKind(
    408,
    "request_timeout",
    "Request timeout",
    "The request did not arrive in time; send it again.",
)
too_many_connections = ErrorKind(
    429,
    "too_many_connections",
    "Too many connections",
    "This address has as many connections as it may; close some.",
)
connections_exhausted = ErrorKind(
    503,
    "service_unavailable",
    "Not available",
    "There are as many connections as this server takes; try again in {retry_after}.",
)
too_many = ErrorKind(
    429,
    "too_many_requests",
    "Too many requests",
    "More is asked for than this server can do just now; try again in {retry_after}.",
)
maintenance = ErrorKind(
    503,
    "maintenance_mode",
    "System under maintenance",
    "Nothing can be changed just now; who is signed in stays so.",
)
internal = ErrorKind(
    500,
    "internal_clerk_error",
    "Internal error",
    "Something went wrong here; the trace id finds it in the server's log.",
)
list_too_long = ErrorKind(
    503,
    "list_too_long",
    "This list takes too long",
    "It takes longer than a list may just now: ask for less, or again in {retry_after}.",
)
# Clerk's Python SDK repeats whatever is answered 5xx: what may have been made would be made twice.
outcome_unknown = ErrorKind(
    409,
    "outcome_unknown",
    "Nobody knows whether this was done",
    "The database was lost while this was being stored: look whether it was before you repeat it.",
)
unavailable = ErrorKind(503, "service_unavailable", "Not available", "{reason}")
