"""`GET /inbox`: mail and SMS of a local instance, which stay here unless told how to leave."""

import time
from urllib.parse import parse_qs

import msgspec

from hallporter.contract.ids import MessageId
from hallporter.contract.scope import Scope
from hallporter.core.waiting import set_or_after
from hallporter.edge import request_head
from hallporter.edge.asgi import AsgiApp, AsgiScope
from hallporter.edge.response import JSON
from hallporter.edge.wiring import Wiring
from hallporter.features.messages import reading
from hallporter.features.messages import store as message_store
from hallporter.features.messages.actions import WRITTEN
from hallporter.features.messages.kinds import Fact
from hallporter.features.messages.rows import Channel, MessageRow
from hallporter.pages import local, static_files
from hallporter.pages.http import Answer

_SHOWN = 50
# What another process has written is not heard of.
_WAIT_SECONDS = 1.0
# No script in a mail runs, whatever a template holds, and the frame has no origin of its own.
_MAIL_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src https: http: data:",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    ]
)


class Message(msgspec.Struct, frozen=True):
    """A message; what it says is null once it has left, and an SMS has no subject."""

    id: MessageId
    channel: Channel
    slug: str
    status: str
    to: str
    subject: str | None
    body: str | None
    has_html: bool
    code: str | None
    link: str | None
    created_at: int


def page(wiring: Wiring) -> AsgiApp:
    """Return the inbox: a page for people, JSON for programs that accept it."""

    async def show(scope: Scope, request: AsgiScope) -> Answer | None:
        path: str = request["path"]
        if path != "/inbox":
            return await _mail(scope, MessageId(path.removeprefix("/inbox/")))
        if JSON in (request_head.of(request).header(b"accept") or ""):
            await _wait(scope, request)
            return local.json(msgspec.json.encode(await _messages(scope)))
        return local.html(
            static_files.filled(
                "inbox.html",
                base_url=scope.request.base_url,
                slug=scope.instance.slug,
                prefix=request_head.of(request).prefix,
            )
        )

    return local.page(wiring, show)


async def _mail(scope: Scope, id: MessageId) -> Answer | None:
    """Return a mail as its reader sees it, for a frame."""
    row = await message_store.message_by_id(scope.db, scope.instance.id, id)
    facts = None if row is None else reading.facts_of(scope.box, row)
    if row is None or facts is None:
        return None
    said = await reading.rendered(scope.instance, row, facts)
    return None if said.html is None else local.html(said.html, policy=_MAIL_POLICY)


async def _wait(scope: Scope, request: AsgiScope) -> None:
    """Wait until there is a message newer than the one that `?after=` names.

    An open page then shows a code as soon as it is written.
    """
    query = parse_qs(request["query_string"].decode("latin-1"), keep_blank_values=True)
    if "after" not in query:
        return
    heard, until = scope.db.heard(WRITTEN), time.monotonic() + _WAIT_SECONDS
    while await _newest(scope) == query["after"][-1] and (left := until - time.monotonic()) > 0:
        await set_or_after(heard, left)
        heard.clear()


async def _newest(scope: Scope) -> str:
    """Return the id of the newest message, or nothing."""
    rows = await message_store.newest_messages(scope.db, scope.instance.id, 1)
    return rows[0].id if rows else ""


async def _messages(scope: Scope) -> list[Message]:
    await reading.prepare()
    rows = await message_store.newest_messages(scope.db, scope.instance.id, _SHOWN)
    return [await _message(scope, row) for row in rows]


async def _message(scope: Scope, row: MessageRow) -> Message:
    facts = reading.facts_of(scope.box, row)
    given = {} if facts is None else facts.given
    said = None if facts is None else await reading.rendered(scope.instance, row, facts)
    return Message(
        id=row.id,
        channel=row.channel,
        slug=row.slug,
        status=row.status,
        to=row.recipient,
        subject=None if said is None else said.subject or None,
        body=None if said is None else said.text,
        has_html=said is not None and said.html is not None,
        code=_text(given.get("otp_code")),
        link=_text(given.get("magic_link") or given.get("action_url")),
        created_at=row.created_at,
    )


def _text(fact: Fact | None) -> str | None:
    return None if fact is None else str(fact)
