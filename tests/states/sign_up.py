"""Sign-ups: they lack something, or they are users."""

from typing import get_args

from hallporter.contract.settings import Settings
from hallporter.features.sign_ups import machine
from hallporter.features.sign_ups.machine import FIELDS
from hallporter.features.sign_ups.rows import SignUpStatus
from tests.states.diagram import NOTHING, TIME, Transition, mermaid

_STEPS = ("update_sign_ups", "attempt_sign_ups_verification", "oauth_callback")
_OPEN = "missing_requirements"


def transitions() -> list[Transition]:
    """Return everything that leads from one status to another."""
    assert set(get_args(SignUpStatus)) == {_OPEN, "complete", "abandoned"}
    return [
        *(Transition(NOTHING, after, "create_sign_ups") for after in (_OPEN, "complete")),
        Transition(_OPEN, _OPEN, "prepare_sign_ups_verification"),
        *(Transition(_OPEN, _OPEN, step) for step in _STEPS),
        *(Transition(_OPEN, "complete", step) for step in _STEPS),
        Transition(_OPEN, "abandoned", TIME),
    ]


def page() -> str:
    """Return the page."""
    settings = Settings()
    rows = "\n".join(_row(settings, name) for name in FIELDS)
    return f"""# Sign-up

It is `{_OPEN}` until everything is given that the instance requires, and proved that
it verifies; then the user comes to be, and is signed in: `complete`. What is not complete a day
after it began is `abandoned`, which is told, not stored.

{mermaid(transitions())}

What an instance asks for, as long as its settings say nothing else:

| field | is | must be proved |
|---|---|---|
{rows}

Whom a provider has proved needs no password. `oauth_callback` is the return from a provider.
"""


def _row(settings: Settings, name: str) -> str:
    given = machine.attribute(settings, name)
    need = ("required" if given.required else "optional") if given.enabled else "not taken"
    is_proved = given.enabled and given.verify_at_sign_up
    return f"| `{name}` | {need} | {'yes' if is_proved else 'no'} |"
