"""Tokens from templates: one statement, and a template that is in memory already."""

from hallporter.contract import errors
from hallporter.contract.callers import KnownBrowser
from hallporter.contract.ids import SessionId
from hallporter.contract.scope import Scope
from hallporter.contract.token_template import Subject, TokenTemplate
from hallporter.features.instances import lifetimes
from hallporter.features.jwt_templates import loading
from hallporter.features.jwt_templates import store as jwt_template_store
from hallporter.features.sessions import identity
from hallporter.tokens import template_token


async def for_browser(
    scope: Scope, browser: KnownBrowser, session_id: SessionId, template_name: str
) -> str:
    """Return a token for one of the browser's own sessions; 401 for any other."""
    shown = browser.credential
    subject = await jwt_template_store.subject_by_credential(
        scope.db, scope.instance.id, session_id, shown.client_id, shown.token_hash, scope.now
    )
    if subject is None:
        raise await identity.outdated(scope, shown)
    return await _minted(scope, subject, template_name, ttl_seconds=None)


async def for_server(
    scope: Scope, session_id: SessionId, template_name: str, *, ttl_seconds: int | None
) -> str:
    """Return a token for any session; 404 for a stranger, 401 for one that has ended."""
    subject = await jwt_template_store.subject_by_session(
        scope.db, scope.instance.id, session_id, scope.now
    )
    if subject is None:
        raise errors.session.not_found()
    return await _minted(scope, subject, template_name, ttl_seconds=ttl_seconds)


async def _minted(
    scope: Scope, subject: Subject, template_name: str, *, ttl_seconds: int | None
) -> str:
    # The session is checked first, so that only its user learns the names of templates.
    if not subject.is_live:
        raise errors.session.not_active()
    # No token for a pending session: its reader could not see that it is pending.
    if subject.is_pending:
        raise errors.session.pending()
    template = await _template(scope, template_name)
    if template.own_key is None:
        await lifetimes.note(scope, ttl_seconds or template.lifetime_seconds)
    return template_token.mint(
        scope.instance,
        template,
        subject,
        user_id=subject.user_id,
        now=scope.now,
        authorized_party=scope.request.origin,
        ttl_seconds=ttl_seconds,
    )


async def _template(scope: Scope, name: str) -> TokenTemplate:
    known = scope.instance.templates.get(name)
    if known is not None:
        return known
    # A template that was just created works before this process was notified of it.
    row = await jwt_template_store.template_by_name(scope.db, scope.instance.id, name)
    if row is None:
        raise errors.jwt_template.not_found(attribute="name", value=name)
    return loading.load(scope.box, row)
