"""A state diagram, as Mermaid has it."""

from collections.abc import Iterable
from dataclasses import dataclass

NOTHING = "[*]"
TIME = "time"


@dataclass(frozen=True)
class Transition:
    """What leads from one status to another: an operation's name, or time."""

    before: str
    after: str
    by: str


def mermaid(transitions: Iterable[Transition], *declared: str) -> str:
    """Return the diagram; what leads from one status to the same other shares an arrow.

    `declared` are lines that come first, such as groups of states.
    """
    arrows: dict[tuple[str, str], list[str]] = {}
    for each in transitions:
        arrows.setdefault((each.before, each.after), []).append(each.by)
    lines = [f"{before} --> {after}: {', '.join(by)}" for (before, after), by in arrows.items()]
    indented = (f"    {line}" for line in (*declared, *lines))
    return "\n".join(["```mermaid", "stateDiagram-v2", *indented, "```"])


def moves(transitions: Iterable[Transition]) -> frozenset[tuple[str, str]]:
    """Return every pair of statuses that something leads along."""
    return frozenset((each.before, each.after) for each in transitions)
