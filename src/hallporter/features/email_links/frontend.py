"""Frontend API endpoints of the links that prove an address."""

import msgspec

from hallporter.contract.callers import Browser
from hallporter.contract.reply import Redirect
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Token
from hallporter.edge.operation import frontend
from hallporter.features.clients import cookies
from hallporter.features.email_links import opened_links


class OpenLink(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the link."""

    token: Token


@frontend.get("/v1/verify", spends=True)
async def verify(scope: Scope, caller: Browser, query: OpenLink) -> Redirect:
    """Open a link that was mailed, and go on where it leads."""
    landing = await opened_links.open_link(scope, caller, query.token)
    return Redirect(landing.url, cookies=cookies.after_visit(scope, landing.client), status=303)
