"""What every feature has to say of its settings is asked for, and each thing was said once."""

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest

from hallporter.contract.settings import Settings
from hallporter.contract.settings_rules import Subject
from hallporter.features.settings import parts, safety
from tests.architecture import code
from tests.cli.test_contradictions import CONTRADICTIONS, subject
from tests.cli.test_safety import UNSAFE

MODULES = [
    code.imported(path)
    for path in sorted(code.ROOT.glob("features/*/settings.py"))
    if path.parent.name != "settings"
]
SATELLITES = {
    "https://shop.example": "",
    "shop.example": "http://shop.example/__clerk",
    "example.com": "https://other.example/",
}


def functions(module: ModuleType) -> set[str]:
    """Return the public functions of a module's own."""
    return {
        name
        for name, each in inspect.getmembers(module, inspect.isfunction)
        if each.__module__ == module.__name__ and not name.startswith("_")
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda each: each.__name__.split(".")[2])
def test_what_a_feature_says_of_its_settings_is_asked_for(module: ModuleType) -> None:
    requested = [*parts.RULES, *parts.ENVIRONMENT]
    names = {each.__name__ for each in requested if each.__module__ == module.__name__}
    assert names == functions(module)


def test_nothing_is_asked_for_twice() -> None:
    for requested in (parts.RULES, parts.ENVIRONMENT):
        assert len(set(requested)) == len(requested)


def test_each_sentence_was_said() -> None:
    """A rule that no table of settings brings to speak is one that nobody has tried."""
    given = [subject(changes) for changes, _, _ in CONTRADICTIONS]
    given += [of for _, of, _ in UNSAFE]
    given += [
        Subject(
            "acme",
            "clerk.example.com",
            Settings(satellite_domains=[domain], satellite_proxy_urls={domain: url} if url else {}),
        )
        for domain, url in SATELLITES.items()
    ]
    said = "\n".join(sentence for each in given for sentence in safety.of_instance(each))
    unsaid = [piece for module in MODULES for piece in sentences(module) if piece not in said]
    assert unsaid == []


def sentences(module: ModuleType) -> Iterator[str]:
    """Yield, of every sentence that a module may say, its longest piece that is always the same."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Yield) and node.value is not None:
            value = node.value.args[0] if isinstance(node.value, ast.Call) else node.value
            texts = [
                each.value
                for each in ast.walk(value)
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ]
            yield max(texts, key=len)
