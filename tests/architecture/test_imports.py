"""Who imports whom, beyond what import-linter's contracts say."""

import graphlib

import grimp


def test_modules_import_each_other_without_cycles() -> None:
    graph = grimp.build_graph("hallporter", cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    graphlib.TopologicalSorter(imports).prepare()
