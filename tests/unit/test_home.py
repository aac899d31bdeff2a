"""Where things lie."""

import pytest

from shopbook.errors import ParamsError
from shopbook.home import PROJECT, find_home


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch):
    monkeypatch.delenv("SHOPBOOK_HOME", raising=False)
    monkeypatch.delenv("SHOPBOOK_DATA", raising=False)


def test_the_nearest_parent_with_params_is_the_home(tmp_path, monkeypatch):
    deep = tmp_path / "shop" / "notebooks" / "daily"
    deep.mkdir(parents=True)
    (tmp_path / "shop" / "params").mkdir()
    monkeypatch.chdir(deep)
    home = find_home()
    assert home.root == tmp_path / "shop"
    assert home.data == tmp_path / "shop" / "data"


def test_environment_and_arguments_win(tmp_path, monkeypatch):
    for name in ("env", "arg"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("SHOPBOOK_HOME", str(tmp_path / "env"))
    assert find_home().root == tmp_path / "env"
    assert find_home(tmp_path / "arg", tmp_path / "d").data == tmp_path / "d"
    assert find_home(tmp_path / "arg").root == tmp_path / "arg"


def test_a_mistyped_home_is_refused_and_not_made(tmp_path):
    with pytest.raises(ParamsError, match="typo"):
        find_home(tmp_path / "typo")
    assert not (tmp_path / "typo").exists()


def test_outside_a_home_the_data_folder_must_be_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParamsError, match="shopbook init"):
        find_home()
    assert find_home(data=tmp_path / "d").data == tmp_path / "d"


def test_what_a_home_lacks_is_the_shipped_one(tmp_path):
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "daily.yaml").write_text("notebooks: [own]\n", encoding="utf-8")
    home = find_home(tmp_path)
    assert home.params("daily.yaml") == tmp_path / "params" / "daily.yaml"
    assert home.params("rules.yaml") == PROJECT / "params" / "rules.yaml"
    assert home.notebook("daily/own.ipynb") == PROJECT / "notebooks" / "daily" / "own.ipynb"
