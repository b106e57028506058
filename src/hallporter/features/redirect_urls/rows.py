"""How redirect URLs are stored."""

import msgspec

from hallporter.contract.ids import InstanceId, RedirectUrlId


class RedirectUrlRow(msgspec.Struct, frozen=True):
    """A row of `redirect_urls`: an address that counts as it is spelled."""

    id: RedirectUrlId
    instance_id: InstanceId
    url: str
    created_at: int
    updated_at: int
