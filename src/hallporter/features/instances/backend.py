"""Backend API endpoints of the instance."""

from typing import Any

from hallporter.contract.callers import SecretKey
from hallporter.contract.scope import Scope
from hallporter.edge.operation import backend
from hallporter.tokens import keys


@backend.get("/v1/jwks")
async def get_jwks(scope: Scope, caller: SecretKey) -> dict[str, Any]:
    """Return the keys that verify this instance's session tokens (RFC 7517 §5)."""
    return {"keys": [keys.public_jwk(key) for key in scope.instance.signing_keys]}
