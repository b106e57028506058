from pathlib import Path

import pytest
from npm_stand_in import NpmStandIn


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NpmStandIn:
    home = tmp_path / "stand-in"
    home.mkdir()
    stand_in = NpmStandIn(home)
    stand_in.start()
    monkeypatch.setenv("HALLPORTER_NPM", str(stand_in.program))
    return stand_in
