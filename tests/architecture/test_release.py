"""What outsiders meet first agrees with itself: release, changelog, hooks and forms."""

import re
import tomllib
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
# Keep a Changelog's, in the order that the page promises.
KINDS = ["Security", "Changed", "Deprecated", "Removed", "Added", "Fixed"]
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))


def version() -> str:
    """Return the release that is being made."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def read(path: Path) -> Any:
    """Return a YAML file."""
    return yaml.safe_load(path.read_text())


def releases() -> dict[str, str]:
    """Return what the changelog says, by the heading of each release."""
    parts = re.split(r"^## (.+)\n", CHANGELOG, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_changelog_ends_in_the_release_that_is_being_made() -> None:
    dated = [each for each in releases() if each != "Unreleased"]
    assert re.fullmatch(re.escape(version()) + r" - \d{4}-\d\d-\d\d", dated[0]), dated[0]


@pytest.mark.parametrize("release", releases())
def test_changelog_tells_of_security_first(release: str) -> None:
    kinds = re.findall(r"^### (.+)$", releases()[release], flags=re.MULTILINE)
    assert kinds == [each for each in KINDS if each in kinds]
    assert "\n- Security: " not in releases()[release]


def test_security_page_supports_the_release_that_is_being_made() -> None:
    supported = re.findall(
        r"^\| .*\(([\d.]+)\) \| yes \|$", (ROOT / "SECURITY.md").read_text(), re.M
    )
    assert supported == [version().rpartition(".")[0]]


def test_hooks_call_make_and_fetch_nothing() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    repos = read(ROOT / ".pre-commit-config.yaml")["repos"]
    assert [each["repo"] for each in repos] == ["local"]
    for hook in repos[0]["hooks"]:
        command, target = hook["entry"].split()
        assert (command, hook["language"]) == ("make", "system")
        assert target in targets


def test_workflow_runs_what_a_build_machine_runs() -> None:
    jobs = read(ROOT / ".github/workflows/ci.yml")["jobs"]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert commands[-1] == ".ci/run"
    assert all(each.startswith("sudo apt-get ") for each in commands[:-1])


@pytest.mark.parametrize("form", [each for each in FORMS if each.stem != "config"], ids=str)
def test_issue_form_asks_each_thing_once(form: Path) -> None:
    requested = read(form)
    assert {"name", "description", "body"} <= set(requested)
    fields = [each["id"] for each in requested["body"] if each["type"] != "markdown"]
    assert len(fields) == len(set(fields)) > 0


def test_walk_shows_the_code_as_it_is() -> None:
    shown = re.findall(r"```python\n(.*?)```", CONTRIBUTING, flags=re.DOTALL)
    endpoints = [dedent(each) for each in shown if each.lstrip().startswith("@backend")]
    (endpoint,) = endpoints
    assert endpoint in (ROOT / "src/hallporter/features/users/backend.py").read_text()


def test_walk_names_what_there_is() -> None:
    package = ROOT / "src/hallporter"
    places = (ROOT, package, package / "features")
    named = set(re.findall(r"`([\w./]+/(?:\w+\.\w+)?)`", CONTRIBUTING))
    assert len(named) > 10
    assert [each for each in named if not any((place / each).exists() for place in places)] == []
