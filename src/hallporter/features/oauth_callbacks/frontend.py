"""Frontend API endpoints of the way back from providers."""

from urllib.parse import urlencode

from hallporter.contract.callers import Anyone, Browser
from hallporter.contract.reply import Redirect
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.edge.operation import frontend
from hallporter.features.clients import cookies
from hallporter.features.oauth_callbacks import returning
from hallporter.features.oauth_callbacks.returning import Return


@frontend.get("/v1/oauth_callback", spends=True)
async def get_oauth_callback(scope: Scope, caller: Browser, query: Return) -> Redirect:
    """Go on where the visit to a provider began."""
    landing = await returning.receive(scope, caller, query)
    return Redirect(landing.url, cookies=cookies.after_visit(scope, landing.client), status=303)


@frontend.post("/v1/oauth_callback", from_any_page=True)
async def post_oauth_callback(scope: Scope, caller: Anyone, given: Return) -> Redirect:
    """Come again with the same parameters: a form from another site brings no cookies along."""
    parameters = {
        "state": given.state,
        "code": given.code,
        "error": given.error,
        "iss": given.iss,
        "user": given.user,
    }
    plain = {
        name: value.reveal() if isinstance(value, Secret) else value
        for name, value in parameters.items()
        if value
    }
    return Redirect(f"{scope.request.base_url}/v1/oauth_callback?{urlencode(plain)}", status=303)
