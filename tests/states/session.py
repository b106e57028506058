"""Sessions: live, until somebody or time ends them."""

from typing import get_args

from hallporter.features.sessions.rows import SessionStatus, StoredStatus
from tests.states.diagram import NOTHING, TIME, Transition, mermaid, moves

LIVE = ("active", "pending")
# Several statuses drawn as one: what ends a session ends it from either.
_EITHER = "live"
# Ended by time: told, not stored, so that it may still be ended by somebody.
_OVER = ("expired", "abandoned")
_BEGUN = ("a complete sign-in", "a complete sign-up", "create_session")
# Which operations write what.
_ENDED: dict[StoredStatus, tuple[str, ...]] = {
    "ended": ("end_session",),
    "removed": ("remove_session", "remove_client_sessions_and_retain_cookie"),
    "replaced": ("a new session in single session mode",),
    "revoked": ("revoke_session", "ban_user", "a replaced client token shown again"),
}


def transitions() -> list[Transition]:
    """Return everything that leads from one status to another; either live one is `live`."""
    stored, shown = set(get_args(StoredStatus)), set(get_args(SessionStatus))
    assert stored == {*LIVE, *_ENDED}
    assert shown - stored == set(_OVER)
    return [
        *(Transition(NOTHING, _EITHER, by) for by in _BEGUN),
        *(Transition(_EITHER, after, by) for after, names in _ENDED.items() for by in names),
        *(Transition(_EITHER, after, TIME) for after in _OVER),
        *(Transition(before, after, "as above") for before in _OVER for after in _ENDED),
    ]


def statuses_moves() -> frozenset[tuple[str, str]]:
    """Return every pair of statuses that something leads along."""
    found = {("pending", "active")}
    for before, after in moves(transitions()):
        befores = LIVE if before == _EITHER else (before,)
        afters = LIVE if after == _EITHER else (after,)
        found.update((each, other) for each in befores for other in afters)
    return frozenset(found)


def page() -> str:
    """Return the page."""
    group = (f"state {_EITHER} {{", "    active", "    pending --> active: the last task", "}")
    return f"""# Session

Whoever signs in has a session. It is live until somebody or time ends it, and what was ended does
not return. A session that waits for tasks of its user is `pending`, any other live one `active`.

{mermaid(transitions(), *group)}

`expired` and `abandoned` are told, not stored: a session is live before its `expire_at` and its
`abandon_at`. Whatever ends live sessions ends those as well, should the clock go back.

`ban_user` stands for everything that ends all sessions of a user, as a new password does where that
is asked for. A user who is deleted takes the sessions along.
"""
