"""The connection of one instance to one provider."""

import msgspec

from hallporter.core.secret import Secret
from hallporter.delivery.oauth.providers import Provider


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """A provider, and our client credentials there."""

    strategy: str
    provider: Provider
    client_id: str
    client_secret: Secret
    additional_client_ids: tuple[str, ...] = ()
    more_scopes: tuple[str, ...] = ()
    tenant: str = ""
    team_id: str = ""
    key_id: str = ""
    allows_loopback: bool = False

    def scopes(self, additional: tuple[str, ...] = ()) -> str:
        """Return what is asked for, each scope once."""
        wanted = (*self.provider.scopes, *self.more_scopes, *additional)
        return self.provider.scope_separator.join(dict.fromkeys(wanted))
