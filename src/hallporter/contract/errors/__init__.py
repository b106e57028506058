"""The catalogue of errors, one module per family: `raise errors.form.missing(param="token")`."""

from hallporter.contract.errors import (
    authentication,
    client,
    form,
    invitation,
    jwt_template,
    oauth,
    passkey,
    request,
    satellite,
    session,
    sign_in,
    sign_up,
    testing,
    user,
    verification,
    web3_wallet,
)

__all__ = [
    "authentication",
    "client",
    "form",
    "invitation",
    "jwt_template",
    "oauth",
    "passkey",
    "request",
    "satellite",
    "session",
    "sign_in",
    "sign_up",
    "testing",
    "user",
    "verification",
    "web3_wallet",
]
