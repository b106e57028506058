#!/bin/sh
# pytest-xdist 3.8.0 with pytest 9.2.0 (PyPI): where the tests of one `xdist_group` run.
#
# Guess: with `--dist loadgroup` all tests that are marked with one group run in one worker, or something says that they cannot.
# Found: with pytest 9.1.1 they do. With 9.2.0 they are spread over the workers, and nothing says so: xdist notes the group in
# `item._nodeid`, which pytest reads no more (pytest-dev/pytest-xdist#1386). What a module's tests share is set up in each worker.
# So tests that share something dear are kept together by `--dist loadfile`, which goes by the names of files.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/test_group.py" <<'PYTHON'
import os
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("one")


@pytest.mark.parametrize("number", range(8))
def test_where_it_runs(number):
    time.sleep(0.1)
    Path(os.environ["SEEN"], os.environ["PYTEST_XDIST_WORKER"]).touch()
PYTHON
for version in 9.1.1 9.2.0; do
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/pip" install -q --disable-pip-version-check "pytest==$version" pytest-xdist==3.8.0
    for how in loadgroup loadfile; do
        mkdir "$folder/seen"
        SEEN="$folder/seen" "$folder/$version/bin/pytest" -q -n 2 --dist "$how" --rootdir "$folder" "$folder/test_group.py" > "$folder/said"
        echo "pytest $version, $how: in $(ls "$folder/seen" | wc -l) of 2 workers"
        rm -r "$folder/seen"
    done
done > "$folder/found"
cat "$folder/found"
cat > "$folder/expected" <<'TEXT'
pytest 9.1.1, loadgroup: in 1 of 2 workers
pytest 9.1.1, loadfile: in 1 of 2 workers
pytest 9.2.0, loadgroup: in 2 of 2 workers
pytest 9.2.0, loadfile: in 1 of 2 workers
TEXT
diff "$folder/expected" "$folder/found"
