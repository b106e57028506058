"""Visits to other providers: OAuth 2.0 (RFC 6749, RFC 7636, RFC 9207) and OpenID Connect."""
