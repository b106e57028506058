"""`GET /`: the official forms and, beside them, the client they make, live."""

from pathlib import PurePosixPath

import msgspec

from hallporter.config import Config
from hallporter.contract.api_version import NEWEST
from hallporter.contract.scope import Scope
from hallporter.edge import request_head
from hallporter.edge.asgi import AsgiApp, AsgiScope
from hallporter.edge.wiring import Presented, Wiring
from hallporter.features.browsers import callers
from hallporter.pages import connecting, local, static_files
from hallporter.pages.client_view import client_view
from hallporter.pages.http import Answer


def page(config: Config, wiring: Wiring) -> AsgiApp:
    """Return the start page of a local instance."""

    async def show(scope: Scope, _request: AsgiScope) -> Answer:
        return local.html(static_files.filled("start.html", **_values(config, scope)))

    return local.page(wiring, show)


def parts(wiring: Wiring) -> AsgiApp:
    """Return what the page loads: its files, and the client of this browser as a server sees it."""

    async def show(scope: Scope, request: AsgiScope) -> Answer | None:
        name = PurePosixPath(request["path"]).relative_to("/start")
        if str(name) == "client":
            return local.json(await _client(scope, request))
        return static_files.file(str(name))

    return local.page(wiring, show)


async def _client(scope: Scope, request: AsgiScope) -> bytes:
    head = request_head.of(request)
    presented = Presented(client_tokens=head.cookies(b"__client"))
    browser = await callers.browser(scope, presented)
    tokens = head.cookies(f"__session_{scope.instance.cookie_suffix}".encode())
    return msgspec.json.encode(await client_view(scope, browser, tokens[0] if tokens else None))


def _values(config: Config, scope: Scope) -> dict[str, str]:
    instance, base_url = scope.instance, scope.request.base_url
    return {
        "prefix": "".join(base_url.partition("/~")[1:]),
        "base_url": base_url,
        # clerk-js finds the host in the publishable key. Any other address it needs as a proxy URL.
        "proxy_url": "" if base_url == instance.issuer else base_url,
        "publishable_key": instance.publishable_key,
        "slug": instance.slug,
        "application_name": instance.settings.display.application_name,
        "newest": NEWEST,
        **connecting.to_paste(config, scope),
    }
