"""Frontend API endpoints of the settings: what browsers are told of them."""

from hallporter.contract.callers import Anyone
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features.settings import views
from hallporter.features.settings.views import Environment


@frontend.get("/v1/environment")
async def get_environment(scope: Scope, caller: Anyone) -> Environment:
    """Tell a browser how the instance is set up."""
    return views.environment(scope.instance)


@frontend.patch("/v1/environment", in_maintenance=True)
async def update_environment(scope: Scope, caller: Anyone) -> Environment:
    """Answer as GET does: development SDKs announce the page's origin this way."""
    return views.environment(scope.instance)
