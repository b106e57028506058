"""Agent tasks."""

from tests.features.sign_ins.test_agent_tasks import given_for
from tests.harness import (
    ORIGIN,
)
from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    given = {
        "on_behalf_of": {"user_id": walker.user()},
        "permissions": "*",
        "agent_name": "mailer",
        "task_description": "Answer the mail",
        "redirect_url": ORIGIN,
    }
    made = walker.backend.post("/v1/agents/tasks", **given).ok().json
    ticket = made["url"].partition("ticket=")[2]
    assert walker.browser().get("/v1/agents/tasks", ticket=ticket).status == 307
    walker.browser().get("/v1/agents/tasks", ticket=ticket)
    walker.browser().get("/v1/agents/tasks", ticket="made up")
    other = walker.backend.post("/v1/agents/tasks", **given).ok().json
    walker.backend.post(f"/v1/agents/tasks/{other['agent_task_id']}/revoke").ok()
    walker.backend.post(f"/v1/agents/tasks/{other['agent_task_id']}/revoke")


def ids(victim: Victim) -> dict[str, str]:
    made = victim.backend.post("/v1/agents/tasks", **given_for(victim.account)).ok().json
    return {"agent_task_id": made["agent_task_id"]}


PART = Part((walk,), ids)
