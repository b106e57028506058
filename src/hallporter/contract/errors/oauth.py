"""Other providers: connections, visits and the accounts there."""

from hallporter.contract.api_error import ErrorKind

unsupported_provider = ErrorKind(
    400,
    "oauth_unsupported_provider",
    "Unknown provider",
    "{strategy} names no provider that is known here.",
)
provider_not_enabled = ErrorKind(
    400,
    "oauth_provider_not_enabled",
    "Provider not enabled",
    "The instance's settings do not enable {strategy}.",
)
config_missing = ErrorKind(
    400,
    "oauth_config_missing",
    "Provider not configured",
    "The instance's settings hold no client id and secret for {strategy}.",
)
non_authenticatable = ErrorKind(
    400,
    "oauth_non_authenticatable_provider",
    "Not for signing in",
    "{strategy} can be connected to an account, but signs nobody in.",
)
misconfigured_provider = ErrorKind(
    400,
    "misconfigured_oauth_provider",
    "Provider not reachable",
    "{strategy} cannot be used at the moment; the server's log says why.",
)
callback_invalid = ErrorKind(
    400,
    "oauth_callback_invalid",
    "Not a visit of this browser",
    "This return from a provider was used before, is too old, or began in another browser.",
)
access_denied = ErrorKind(
    403,
    "oauth_access_denied",
    "Access not granted",
    "You did not grant access to your {provider} account.",
)
token_exchange_failed = ErrorKind(
    400,
    "oauth_token_exchange_error",
    "The provider gave no tokens",
    "{provider} did not accept its own code. Try again.",
)
fetch_user_failed = ErrorKind(
    400,
    "oauth_fetch_user_error",
    "The provider did not say who you are",
    "What {provider} told of the user could not be trusted or read. Try again.",
)
account_not_found = ErrorKind(
    404,
    "external_account_not_found",
    "No account yet",
    "No user has this {provider} account.",
)
account_exists = ErrorKind(
    422,
    "external_account_exists",
    "There is an account already",
    "A user has this {provider} account already.",
)
already_connected = ErrorKind(
    400,
    "oauth_account_already_connected",
    "Another account is connected",
    "The visit came back with another {provider} account than the one that is connected.",
)
identification_claimed = ErrorKind(
    400,
    "oauth_identification_claimed",
    "Connected elsewhere",
    "This {provider} account is connected to another user.",
)
transfer_invalid = ErrorKind(
    400,
    "account_transfer_invalid",
    "Nothing to transfer",
    "This client has no visit to a provider that could be continued here.",
)
subaddress_blocked = ErrorKind(
    403,
    "not_allowed_access",
    "Email subaddress not allowed",
    "An address that signs up here may not contain +, = or #.",
)
token_invalid = ErrorKind(
    422,
    "oauth_token_invalid",
    "Token not accepted",
    "{param_name} is not an id token of {provider} for this application.",
)
google_one_tap_token_invalid = ErrorKind(
    400,
    "google_one_tap_token_invalid",
    "Token not accepted",
    "This is not a token that Google has given for this application.",
)
not_found = ErrorKind(
    404,
    "resource_not_found",
    "External account not found",
    "The user has no external account with this id.",
)
missing_access_token = ErrorKind(
    422,
    "oauth_missing_access_token",
    "No access token",
    "The user has no account of this provider with an access token.",
)
missing_refresh_token = ErrorKind(
    422,
    "oauth_missing_refresh_token",
    "Access token expired",
    "The access token has expired, and the provider gave none to renew it with.",
)
enterprise_unsupported = ErrorKind(
    422,
    "form_param_value_invalid",
    "is not supported",
    "{param_name} asks for an enterprise connection, and this server has none.",
)
