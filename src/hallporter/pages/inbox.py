"""`GET /inbox`: the mail of a local instance, which leaves the machine only when SMTP is set up."""

import msgspec

from hallporter.contract.ids import MessageId
from hallporter.contract.scope import Scope
from hallporter.edge import reply
from hallporter.edge.entrance import AsgiApp, AsgiScope
from hallporter.edge.wiring import Wiring
from hallporter.features.messages import reading, store
from hallporter.features.messages.kinds import Fact
from hallporter.features.messages.rows import Channel, MessageRow
from hallporter.pages import http, local, static_files
from hallporter.pages.http import Answer

_SHOWN = 50


class Message(msgspec.Struct, frozen=True):
    """A message; what it says is null once it has left."""

    id: MessageId
    channel: Channel
    slug: str
    to: str
    subject: str | None
    body: str | None
    code: str | None
    link: str | None
    created_at: int


def page(wiring: Wiring) -> AsgiApp:
    """Return the inbox: a page for people, JSON for programs that accept it."""

    async def show(scope: Scope, request: AsgiScope) -> Answer | None:
        if request["path"] != "/inbox":
            return None
        if reply.JSON in (http.header(request, "accept") or ""):
            return local.json(msgspec.json.encode(await _messages(scope)))
        return local.html(
            static_files.filled(
                "inbox.html",
                base_url=scope.visitor.base_url,
                slug=scope.instance.slug,
                prefix=request.get("hallporter.prefix", ""),
            )
        )

    return local.page(wiring, show)


async def _messages(scope: Scope) -> list[Message]:
    rows = await store.newest_messages(scope.db, scope.instance.id, _SHOWN)
    return [await _message(scope, row) for row in rows]


async def _message(scope: Scope, row: MessageRow) -> Message:
    facts = reading.facts_of(scope.box, row)
    given = {} if facts is None else facts.given
    said = None if facts is None else await reading.rendered(scope.instance, row, facts)
    return Message(
        id=row.id,
        channel=row.channel,
        slug=row.slug,
        to=row.recipient,
        subject=None if said is None else said.subject,
        body=None if said is None else said.text,
        code=_text(given.get("otp_code")),
        link=_text(given.get("magic_link") or given.get("action_url")),
        created_at=row.created_at,
    )


def _text(fact: Fact | None) -> str | None:
    return None if fact is None else str(fact)
