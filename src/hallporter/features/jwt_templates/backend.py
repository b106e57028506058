"""Backend API endpoints of JWT templates."""

from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import JwtTemplateId
from hallporter.contract.objects import Deleted, Page, listed
from hallporter.contract.scope import Scope
from hallporter.core.paging import ListQuery
from hallporter.edge.operation import backend
from hallporter.features.jwt_templates import actions, store, views
from hallporter.features.jwt_templates.actions import GivenTemplate
from hallporter.features.jwt_templates.views import JwtTemplate


@backend.get("/v1/jwt_templates")
async def list_jwt_templates(
    scope: Scope, caller: SecretKey, query: ListQuery
) -> list[JwtTemplate] | Page[JwtTemplate]:
    """Return templates, newest first."""
    db, instance_id = scope.db, scope.instance.id
    rows = await store.templates_page(db, instance_id, limit=query.size, offset=query.offset)
    found = [views.jwt_template(row) for row in rows]
    return await listed(query, found, lambda: store.template_count(db, instance_id))


@backend.post("/v1/jwt_templates")
async def create_jwt_template(scope: Scope, caller: SecretKey, given: GivenTemplate) -> JwtTemplate:
    """Make a template."""
    return views.jwt_template(await actions.create_template(scope, given))


@backend.get("/v1/jwt_templates/{template_id}")
async def get_jwt_template(
    scope: Scope, caller: SecretKey, template_id: JwtTemplateId
) -> JwtTemplate:
    """Return one template."""
    return views.jwt_template(await actions.get(scope, template_id))


@backend.patch("/v1/jwt_templates/{template_id}")
async def update_jwt_template(
    scope: Scope, caller: SecretKey, template_id: JwtTemplateId, given: GivenTemplate
) -> JwtTemplate:
    """Change a template."""
    return views.jwt_template(await actions.update_template(scope, template_id, given))


@backend.delete("/v1/jwt_templates/{template_id}")
async def delete_jwt_template(
    scope: Scope, caller: SecretKey, template_id: JwtTemplateId
) -> Deleted:
    """Delete a template."""
    await actions.delete_template(scope, template_id)
    return Deleted("jwt_template", template_id)
