"""Claims that are nobody's choice (Clerk, "Session tokens", default claims)."""

# Set in every token, or told by session tokens alone.
RESERVED = frozenset(
    ("azp", "exp", "fea", "fva", "iat", "iss", "jti", "nbf", "pla", "sid", "sts", "sub", "v")
)
# What the SDKs believe of a session token without asking: who acts, and for which organization.
# With `aud` in it Clerk's Python SDK takes no session token at all: it never names an audience.
RESERVED_IN_SESSIONS = RESERVED | {
    "act",
    "aud",
    "o",
    "org_id",
    "org_permissions",
    "org_role",
    "org_slug",
}
