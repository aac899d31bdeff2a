"""A home is laid out once; a later version renews what nobody edited and names what somebody did."""

import json
import shutil

import pytest

from shopbook.errors import ParamsError
from shopbook.home import PROJECT, home_at
from shopbook.run import home_files

OWN = "notebooks/daily/own.ipynb"
BRIEF = "notebooks/daily/brief.ipynb"


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A copy of what is shipped, which a test may turn into a later version."""
    for folder in ("params", "notebooks/daily"):
        shutil.copytree(PROJECT / folder, tmp_path / "shipped" / folder)
    monkeypatch.setattr(home_files, "PROJECT", tmp_path / "shipped")
    return tmp_path / "shipped"


def edit(path, text="# mine"):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = text
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_a_new_home_has_params_to_edit_notebooks_and_folders(tmp_path, shipped):
    home = home_at(tmp_path / "home")
    laid = home_files.lay_out(home)
    assert {OWN, "params/daily.yaml"} <= set(laid.new)
    assert (home.root / OWN).read_bytes() == (shipped / OWN).read_bytes()
    assert home.inbox.is_dir()
    assert not [name for name in laid.new if "rules" in name or "demo" in name]


def test_a_second_time_nothing_changes(tmp_path, shipped):
    home = home_at(tmp_path / "home")
    home_files.lay_out(home)
    again = home_files.lay_out(home)
    assert (again.new, again.renewed, again.kept) == ([], [], [])


def test_a_later_version_renews_the_unedited_and_leaves_the_edited(tmp_path, shipped):
    home = home_at(tmp_path / "home")
    home_files.lay_out(home)
    edit(home.root / OWN)
    for name in (OWN, BRIEF):
        edit(shipped / name, "# a later version")
    mine = (home.root / OWN).read_bytes()
    laid = home_files.lay_out(home)
    assert (laid.renewed, laid.kept) == ([BRIEF], [OWN])
    assert (home.root / OWN).read_bytes() == mine
    assert (home.root / BRIEF).read_bytes() == (shipped / BRIEF).read_bytes()
    assert home_files.lay_out(home).kept == []  # told once a version


def test_saved_outputs_are_no_edit(tmp_path, shipped):
    home = home_at(tmp_path / "home")
    home_files.lay_out(home)
    notebook = json.loads((home.root / OWN).read_text(encoding="utf-8"))
    notebook["metadata"]["opened"] = True
    next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")["execution_count"] = 7
    (home.root / OWN).write_text(json.dumps(notebook), encoding="utf-8")
    edit(shipped / OWN, "# a later version")
    assert home_files.lay_out(home).renewed == [OWN]


def test_what_its_owner_removed_stays_removed(tmp_path, shipped):
    home = home_at(tmp_path / "home")
    home_files.lay_out(home)
    (home.root / OWN).unlink()
    assert home_files.lay_out(home).new == []
    assert not (home.root / OWN).exists()


def test_the_shipped_folder_is_no_home(shipped):
    with pytest.raises(ParamsError, match="shipped"):
        home_files.lay_out(home_at(shipped))
