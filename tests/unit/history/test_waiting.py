"""What lies in the drop folder: whose it is, what is passed over or named, in which order it is read."""

import os

import pytest

from shopbook.errors import ParamsError
from shopbook.history.waiting import beside, downloads, no_file, waiting


def put(home, name, text="x", age=0):
    path = home.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (1_790_000_000 - age,) * 2)
    return path


def names(found):
    return {shop: [path.name for path in paths] for shop, paths in found.shops.items()}


def odd(found):
    return [(each.shop, each.file, each.problem.code) for each in found.odd]


def test_every_shops_files_are_its_own_and_what_programs_leave_is_passed_over(home):
    for name in ("a/b.csv", "a/a.csv", "b/c.csv", "a/.hidden", "a/~$a.csv", "a/a.csv.reason.txt",
                 "a/x.CRDOWNLOAD", "a/p.PNG", "a/n.yaml"):  # fmt: skip
        put(home, name)
    found = waiting(home)
    assert names(found) == {"a": ["a.csv", "b.csv"], "b": ["c.csv"]}
    assert found.odd == []
    assert names(waiting(home, "b")) == {"b": ["c.csv"]}
    assert names(waiting(home, "c")) == {}


def test_what_cannot_be_an_export_is_named_with_its_shop(home, tmp_path):
    put(home, "lost.csv")
    put(home, "a b/x.csv")
    put(home, "a/folder/x.csv")
    put(home, "a/x.csv")
    (home.inbox / "a" / "link.csv").symlink_to(home.inbox / "a" / "x.csv")
    (home.inbox / "z").symlink_to(home.inbox / "a")
    os.mkfifo(home.inbox / "a" / "pipe.csv")
    found = waiting(home)
    assert names(found) == {"a": ["x.csv"]}
    assert sorted(odd(found)) == [
        ("", "a b", "bad_shop_id"), ("", "lost.csv", "no_shop"), ("", "z", "link"),
        ("a", "folder", "folder"), ("a", "link.csv", "link"), ("a", "pipe.csv", "no_file"),
    ]  # fmt: skip
    assert odd(waiting(home, "lost.csv")) == []  # asked for one shop, a file beside it is not its


def test_a_file_given_by_name_is_of_the_shop_said_or_of_its_folder(home, tmp_path):
    mine, other = put(home, "a/x.csv"), tmp_path / "y.csv"
    other.write_text("y")
    assert names(waiting(home, files=[mine])) == {"a": ["x.csv"]}
    assert names(waiting(home, "b", [other, mine])) == {"b": ["y.csv", "x.csv"]}
    with pytest.raises(ParamsError, match="--shop"):
        waiting(home, files=[other])
    with pytest.raises(ParamsError, match=r"none\.csv"):
        waiting(home, "b", [tmp_path / "none.csv"])
    assert odd(waiting(home, "b", [tmp_path])) == [("b", tmp_path.name, "folder")]


def test_a_link_given_by_name_is_followed_unless_it_lies_in_the_drop_folder(home, tmp_path):
    target = put(home, "a/x.csv")
    outside, inside = tmp_path / "l.csv", home.inbox / "a" / "l.csv"
    for link in (outside, inside):
        link.symlink_to(target)
    assert names(waiting(home, "a", [outside])) == {"a": ["l.csv"]}
    assert odd(waiting(home, "a", [inside])) == [("a", "l.csv", "link")]
    assert no_file(tmp_path / "none").code == "unreadable"
    assert no_file(target) is None


def test_a_name_beside_another_fits_a_file_system(tmp_path):
    def name_of(length, ending=".reason.txt"):
        return beside(tmp_path / ("x" * length), ending).name

    assert name_of(244) == "x" * 244 + ".reason.txt"
    assert len(name_of(244)) == 255
    long = name_of(245)
    assert len(long) == 255
    assert long[:235] == "x" * 235
    assert long[235] == "~"
    assert long.endswith(".reason.txt")
    assert name_of(246) != long
    wide = beside(tmp_path / ("杯" * 85), ".reason.txt").name
    assert len(os.fsencode(wide)) <= 255
    assert wide.startswith("杯" * 78 + "~")


def test_copies_of_a_download_stand_together_from_the_oldest_to_the_newest(home):
    newest = put(home, "a/店铺(2).csv", age=10)
    older = put(home, "a/店铺.csv", age=30)
    beside_it = put(home, "a/商品.csv", age=20)
    elsewhere = put(home, "b/店铺(1).csv", age=40)
    asked = [newest, beside_it, older, elsewhere, home.inbox / "a" / "taken.csv"]
    assert downloads(asked) == [[elsewhere], [older, newest], [beside_it]]


def test_downloads_of_one_moment_stand_by_name(home):
    second, first = put(home, "a/b.csv"), put(home, "a/a.csv")
    assert downloads([second, first]) == [[first], [second]]
