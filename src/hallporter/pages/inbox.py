"""`GET /inbox`: the mail of a local instance, which leaves the machine only when SMTP is set up."""

import re

import msgspec

from hallporter.contract.ids import MessageId
from hallporter.contract.scope import Scope
from hallporter.edge import reply
from hallporter.edge.entrance import AsgiApp, AsgiScope
from hallporter.edge.wiring import Wiring
from hallporter.features.messages import store
from hallporter.features.messages.rows import MessageRow
from hallporter.pages import http, local, static_files
from hallporter.pages.http import Answer

_SHOWN = 50
_CODE = re.compile(r"\b\d{6}\b")


class Message(msgspec.Struct, frozen=True):
    """A mail; `body` is null once SMTP has taken it."""

    id: MessageId
    to: str
    subject: str
    body: str | None
    code: str | None
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
    return [_message(scope, row) for row in rows]


def _message(scope: Scope, row: MessageRow) -> Message:
    code = _CODE.search(row.subject)
    return Message(
        id=row.id,
        to=row.to_address,
        subject=row.subject,
        body=None if row.body_encrypted is None else scope.box.decrypt(row.body_encrypted).decode(),
        code=None if code is None else code[0],
        created_at=row.created_at,
    )
