"""Small rules of an intake: which download is used, whose name counts, what goes together, the ledger."""

import datetime as dt
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from shopbook.history import shop_intake
from shopbook.history.ledger import Entry, Ledger, made
from shopbook.history.merge import Cell, Merge
from shopbook.history.outcome import Said
from shopbook.history.raw import Raw
from shopbook.history.readers import Readers
from shopbook.history.rebuild import _speaks_of, about, rebuilder
from shopbook.history.restated import FILE, Restated, read_restated, restated_by, take_back, write_restated
from shopbook.history.shop_intake import ShopIntake, _is_again, _look, _Read
from shopbook.history.undo import _later, _sources
from shopbook.read.export import ExportTable, Provenance
from shopbook.read.spec import OfShop

DAY = dt.date(2026, 11, 20)


def read(
    items=("1", "2"),
    *,
    days=("2026-11-20",),
    report="",
    columns=("visitors",),
    kind="item_daily",
    name="f.csv",
):
    """A file of items by day that was read."""
    rows = [(day, item) for day in days for item in items]
    dates, names = np.array([day for day, _ in rows], "datetime64[ns]"), [item for _, item in rows]
    values = {"date": dates, "item_id": names, **{each: np.ones(len(rows)) for each in columns}}
    told = Provenance(name, "0" * 64, "csv", "utf-8", ",", (), 1, len(rows))
    return _Read(Path(name), ExportTable(kind, values, (), told, report), ())


# -- copies of a download


@pytest.mark.parametrize(
    ("older", "newer", "again"),
    [({}, {}, True), ({"items": ("1",)}, {}, True), ({}, {"items": ("1",)}, False),
     ({}, {"columns": ("visitors", "sales")}, True), ({"columns": ("visitors", "sales")}, {}, False),
     ({"report": "a"}, {"report": "b"}, False), ({"days": ("2026-11-19",)}, {}, False),
     ({}, {"days": ("2026-11-19", "2026-11-20")}, True), ({"items": ("3",)}, {}, False)],
    ids=str,
)  # fmt: skip
def test_a_download_is_made_again_by_one_that_holds_all_its_rows_and_columns(older, newer, again):
    assert _is_again(read(**older), read(**newer)) is again


def test_what_was_not_read_is_no_download_of_the_same():
    nothing = _Read(Path("f"), None, ())
    assert not _is_again(nothing, read())
    assert not _is_again(read(), nothing)
    assert not _is_again(read(kind="audience_item"), read())


@pytest.fixture
def intake(home, monkeypatch):
    monkeypatch.chdir(home.root)  # the reason of a refusal is written beside its file
    with Readers() as readers:
        yield ShopIntake(home, "a", DAY, Said(), "2026-11-20", readers)


def settled(intake):
    return [
        (each.path.name, each.is_older, [problem.code for problem in each.problems])
        for each in intake.waiting
    ]


def test_of_copies_the_newest_is_used_the_older_told_and_others_stand_from_old_to_new(intake, monkeypatch):
    monkeypatch.setattr(intake, "_store", lambda: None)
    newest, older = read(name="new.csv"), read(("1",), name="old.csv")
    other = read(("9",), name="other.csv")
    broken = _Read(Path("broken.csv"), None, ())
    intake._copies([newest, broken, other, older])
    assert settled(intake) == [
        ("other.csv", False, []), ("new.csv", False, []), ("broken.csv", False, []),
        ("old.csv", True, ["duplicate_download"]),
    ]  # fmt: skip
    assert intake.waiting[-1].problems[0].values["file"] == "new.csv"


def test_files_that_speak_of_the_same_days_are_stored_one_after_the_other(intake, monkeypatch):
    stored = []

    def store():
        stored.append([each.path.name for each in intake.waiting])
        intake.waiting, intake.claimed, intake.rows = [], {}, 0

    monkeypatch.setattr(intake, "_store", store)
    intake._settle(read(days=("2026-11-18",), name="a"))
    intake._settle(read(days=("2026-11-19",), name="b"))
    intake._settle(read(days=("2026-11-18",), kind="audience_item", name="c"))
    assert stored == []
    intake._settle(read(days=("2026-11-19",), name="d"))
    assert stored == [["a", "b", "c"]]
    intake._settle(_Read(Path("e"), read(days=("2026-11-19",)).table, (), is_older=True))
    intake._settle(_Read(Path("f"), None, ()))
    assert len(stored) == 1
    assert intake.rows == 4  # two rows of d, two of e


@pytest.mark.parametrize(("rows", "goes"), [(4, 0), (3, 1)])
def test_files_are_stored_when_they_hold_more_rows_than_go_at_once(intake, monkeypatch, rows, goes):
    stored = []
    monkeypatch.setattr(shop_intake, "_ROWS_AT_ONCE", rows)
    monkeypatch.setattr(intake, "_store", lambda: stored.append(1))
    for day in ("2026-11-18", "2026-11-19"):
        intake._settle(read(days=(day,)))
    assert len(stored) == goes


def test_a_shop_goes_by_the_name_its_files_state_and_the_one_in_its_own_file(home, intake):
    folder = home.raw / "a"
    folder.mkdir(parents=True)
    intake.ledger = Ledger(folder / "ledger.jsonl")
    assert intake._known_names() == ()
    intake.ledger.add(entry(shop_name="丫丫"))
    assert intake._known_names() == ("丫丫", "丫丫")
    own = home.root / "params" / "shops" / "a.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("name: 甲\n", encoding="utf-8")
    assert intake._known_names() == ("丫丫", "甲")
    own.write_text("name: [\n", encoding="utf-8")
    assert intake._known_names() == ("丫丫",)


def test_the_first_name_that_a_file_states_is_the_shops_and_a_file_of_another_name_is_refused(intake):
    def judged(name):
        answer = read().table
        named = replace(answer, provenance=replace(answer.provenance, shop_name=name))
        return intake._judged(Path("f"), named)

    assert judged("").table is not None
    assert intake.names == ()
    assert judged("丫丫").table is not None
    assert intake.names == ("丫丫",)
    assert judged("a").table is not None  # the shop's own id
    refused = judged("other")
    assert refused.table is None
    assert [each.code for each in refused.problems] == ["mixed_shops"]


def test_a_file_is_told_apart_by_size_and_time_and_one_that_is_gone_by_neither(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"abc")
    os.utime(path, ns=(1, 5_000_000_000))
    assert _look(path) == (3, 5_000_000_000)
    assert _look(tmp_path / "none") == (-1, 0)


def test_files_of_which_nothing_was_said_are_left(intake):
    intake.done.append(intake._refuse(read(name="said.csv")))
    assert [path.name for path in intake.left([Path("said.csv"), Path("left.csv")])] == ["left.csv"]


# -- the ledger


def entry(name="f.csv", *, kind="item_daily", days=("2026-11-20",), sha="0" * 64, status="accepted", **more):
    return Entry(sha, name, kind, tuple(days), "2026-11-21", 1, status, **more)


def test_a_ledger_knows_its_imports_its_first_shop_name_and_every_file_it_was_told_of(tmp_path):
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    assert (ledger.shop_name, ledger.imports()) == ("", [])
    one, two = (
        entry(id="one", sha="a" * 64),
        entry(id="two", sha="b" * 64, shop_name="丫丫", status="unchanged"),
    )
    three = entry(id="three", sha="c" * 64, shop_name="other")
    ledger.add(one, two, three)
    assert ledger.shop_name == "丫丫"
    assert [each.id for each in ledger.imports()] == ["one", "three"]
    ledger.take_back(one, "2026-11-22")
    for known in (ledger, Ledger(path)):
        assert [each.id for each in known.imports()] == ["three"]
        assert known.hashes == {"a" * 16, "b" * 16, "c" * 16}
    nameless = entry(sha="d" * 64)
    Ledger(path).add(nameless)
    assert len(Ledger(path).imports()) == 2  # an import without an id was not taken back


@pytest.mark.parametrize("wrong", [{"sha256": 1}, {"days": "2026-11-20"}, {"rows": "1"}])
def test_a_line_of_another_schema_is_no_entry(wrong):
    line = json.loads(json.dumps(vars(entry()))) | {"unknown": 1}
    assert made(line).entry == entry()
    with pytest.raises(TypeError):
        made(line | wrong)


def test_later_imports_of_the_same_days_and_kind_stand_on_one(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    rows = {"2026-11-20": 1}
    first = entry("first", id="1", rows_of=rows)
    ledger.add(
        entry("before", id="0", rows_of=rows), first, entry("same", id="2", rows_of=rows),
        entry("other day", id="3", rows_of={"2026-11-21": 1}),
        entry("other kind", id="4", rows_of=rows, kind="stock"),
        entry("list", id="5", days=(), rows_of={}),
        entry("not taken", id="6", rows_of=rows, status="unchanged"),
    )  # fmt: skip
    assert [each.id for each in _later(ledger, first, "2026-11-20")] == ["2"]
    assert [each.id for each in _later(ledger, first, "current")] == ["5"]


def test_rows_without_a_source_name_none():
    assert _sources(None) == []
    assert _sources(pa.table({"a": [1]})) == []
    assert _sources(pa.table({"source": ["i:1:", None]})) == ["i:1:", ""]


# -- days made anew, figures replaced


def test_a_day_is_made_anew_from_the_imports_that_speak_of_it():
    assert _speaks_of(entry(), DAY)
    assert not _speaks_of(entry(), DAY + dt.timedelta(days=1))
    assert _speaks_of(entry(days=()), None)


def test_of_the_raw_files_only_those_of_the_kind_and_day_are_missed(home):
    ledger = Ledger(home.raw / "a" / "ledger.jsonl")
    ledger.path.parent.mkdir(parents=True)
    ledger.add(entry("mine"), entry("other day", days=("2026-11-19",)), entry("other kind", kind="stock"))
    lost = []
    again = rebuilder(ledger, Raw(home.raw / "a", home.inbox), lost.append, OfShop)
    rows, _ = again("item_daily", DAY).joined()
    assert rows is None
    assert [each.name for each in lost] == ["mine"]


def test_what_was_not_said_with_a_file_is_not_made_up():
    told = about(entry(said={"today": "2026-11-22"}), OfShop())
    assert (told["today"], told["item_id"], told["day"], told["attribution_days"]) == (
        dt.date(2026, 11, 22), "", None, None,
    )  # fmt: skip
    assert about(entry(), OfShop())["today"] == dt.date(2026, 11, 22)  # the day after its line


def merge(*cells, restated=None):
    rows = pa.table({"a": [1]})
    return Merge(rows, 1, None, len(cells) if restated is None else restated, ("visitors",), tuple(cells))


def test_the_first_figure_of_each_column_is_told_and_the_first_row_that_has_a_key():
    cells = (Cell("", "visitors", 1.0, 2.0), Cell("7", "visitors", 3.0, 4.0), Cell("8", "sales", 5.0, 6.0))
    days = {DAY: merge(*cells), None: merge(restated=0)}
    [found] = restated_by("item_daily", days, ("now", "f.csv", "one"))
    assert (found.day, found.cells, found.key, found.id) == (DAY, 3, "7", "one")
    assert found.figures == {"visitors": (1.0, 2.0), "sales": (5.0, 6.0)}


def test_a_record_written_twice_is_read_once_and_one_taken_back_not_at_all(tmp_path):
    first = Restated(
        "item_daily", DAY, "now", "f.csv", 1, ("visitors",), {"visitors": (1.0, 2.0)}, "7", "one"
    )
    undated = Restated("item_tags", None, "now", "g.csv", 1, ("role",), {}, "", "two")
    nameless = Restated("item_daily", DAY, "now", "h.csv", 2, ("visitors",), {})
    write_restated(tmp_path, [first, undated, first, nameless])
    assert read_restated(tmp_path) == [first, undated, nameless]
    take_back(tmp_path, "one")
    assert read_restated(tmp_path) == [undated, nameless]
    assert (tmp_path / FILE).exists()
