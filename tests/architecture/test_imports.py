"""Who imports whom, beyond what import-linter's contracts say."""

import graphlib
from functools import cache

import grimp

_FEATURES = "hallporter.features."
_OTHER_ROOMS = {"backend": "doors", "frontend": "doors", "envelope": "replies"}
# What each room may import of features; a module of another name holds rules, as actions do.
_BELOW = {
    "rows": {"rows"},
    "store": {"rows"},
    "views": {"rows", "store", "views", "rules"},
    "rules": {"rows", "store", "rules"},
    "replies": {"rows", "store", "views", "rules", "replies"},
    "doors": {"rows", "store", "views", "rules", "replies"},
}
_EXCEPTIONS = {
    ("messages.rows", "messages.kinds"): "what kinds of messages there are is plain data",
}
# Endpoints answer in the envelope, which embeds what they are about, and go on with visits of apps
# that have come back. Nobody imports an endpoint, so that nothing else comes of it.
_BOTH_WAYS = {
    ("envelope", "sessions"),
    ("envelope", "sign_ins"),
    ("envelope", "sign_ups"),
    ("oauth_callbacks", "profile"),
    ("oauth_callbacks", "sign_ins"),
    ("oauth_callbacks", "sign_ups"),
}


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph("hallporter", cache_dir=None)


def _imports() -> list[tuple[str, str]]:
    """Return who imports whom among features, by their names below `features`."""
    graph = _graph()
    return [
        (name.removeprefix(_FEATURES), imported.removeprefix(_FEATURES))
        for name in graph.modules
        if name.startswith(_FEATURES)
        for imported in graph.find_modules_directly_imported_by(name)
        if imported.startswith(_FEATURES)
    ]


def _room(module: str) -> str:
    name = module.rpartition(".")[2]
    room = _OTHER_ROOMS.get(name, name)
    return room if room in _BELOW else "rules"


def test_modules_import_each_other_without_cycles() -> None:
    graph = _graph()
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    graphlib.TopologicalSorter(imports).prepare()


def test_every_module_of_a_feature_keeps_to_the_floor_of_its_room() -> None:
    wrong = {
        (importer, imported)
        for importer, imported in _imports()
        if _room(imported) not in _BELOW[_room(importer)]
    }
    assert wrong == _EXCEPTIONS.keys()


def test_only_endpoints_know_the_edge() -> None:
    graph = _graph()
    knowing = {
        name.removeprefix(_FEATURES)
        for name in graph.modules
        if name.startswith(_FEATURES) and _room(name) != "doors"
        for imported in graph.find_modules_directly_imported_by(name)
        if imported.startswith("hallporter.edge")
    }
    # They are what main hands to the edge.
    assert knowing == {"browsers.callers"}


def test_nouns_import_each_other_in_one_direction() -> None:
    nouns = {
        (importer.partition(".")[0], imported.partition(".")[0])
        for importer, imported in _imports()
    }
    assert {(a, b) for a, b in nouns if a < b and (b, a) in nouns} == _BOTH_WAYS
