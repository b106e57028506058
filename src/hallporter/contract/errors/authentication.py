"""Who is asking: secret keys, client tokens, dev browsers."""

from hallporter.contract.api_error import ErrorKind

header_invalid = ErrorKind(
    401,
    "authorization_header_format_invalid",
    "Authorization header is missing or malformed",
    "Send the secret key as `Authorization: Bearer sk_…`.",
)
key_invalid = ErrorKind(
    401,
    "clerk_key_invalid",
    "Secret key not accepted",
    "No instance of this server has this secret key.",
)
invalid = ErrorKind(
    401,
    "authentication_invalid",
    "Invalid authentication",
    "The request carries no credential that is valid here.",
)
# 503, because clerk-js tries those again; at a 401 it would ask for its client with the same old
# token, find none, and sign every tab out.
superseded = ErrorKind(
    503,
    "client_token_superseded",
    "Try again",
    "Another request has just given this browser a new token; send this one again.",
)
native_api_disabled = ErrorKind(
    400,
    "native_api_disabled",
    "Native apps are not served",
    "The setting `native_api` of this instance is off.",
)
native_page = ErrorKind(
    400,
    "origin_authorization_headers_conflict",
    "A page is no native app",
    "Pages show their cookies; only an app whose origin is among the instance's allowed origins, "
    "like tauri://localhost, may send both Origin and Authorization.",
)
dev_browser_in_production = ErrorKind(
    403,
    "feature_not_enabled",
    "Only in development",
    "Dev browsers stand for clients where pages cannot have our cookies: in development.",
)
# Early SDKs ask for a page in a frame, whose cookies browsers keep no longer. Clerk names no code.
dev_browser_in_frame = ErrorKind(
    400,
    "dev_browser_init_unsupported",
    "Not in a frame",
    "Dev browsers are carried in addresses here; make one with `POST /v1/dev_browser`.",
)
dev_browser_unauthenticated = ErrorKind(
    401,
    "dev_browser_unauthenticated",
    "Unknown dev browser",
    "The `__clerk_db_jwt` of this request is not known to this instance.",
)
