"""Every hostile input is refused, or read as a person reads it: no traceback, no wrong figure, in bounds."""

import datetime as dt
import io
import shutil
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from shopbook.history.inbox import check, ingest
from shopbook.history.store import Store
from shopbook.home import Home

CASES = Path(__file__).parents[1] / "data" / "attack"
TODAY = dt.date(2026, 11, 25)
TRUTH = {"visitors": {1000.0}, "pay_buyers": {30.0}, "pay_amount": {3000.5}}
OTHER_TRUTH = {
    "arabic_digits": {"visitors": {1000.0}, "pay_buyers": {30.0}, "pay_amount": {3000.0}},
    "wan_suffix": {"visitors": {12000.0}, "pay_amount": {300_000_000.0}},
    "hidden_sheet_other_numbers": {},
    "item_id_scientific_csv": {},
    "surrogate_title": {},
}
REFUSED = {
    "nul_in_number", "item_id_scientific_csv", "date_ambiguous_dmy", "feb_30", "serial_date_60", "year_1900",
    "docx_named_xlsx", "image_named_xlsx", "rar_named_xlsx", "pdf_named_xls", "json_as_csv", "only_bom",
    "zip_without_central_directory", "missing_sheet_part", "sheet_rel_leaves_package", "xml_external_entity",
    "sidecar_alias_bomb", "sidecar_date_text", "sidecar_list", "sidecar_python_object",
}  # fmt: skip


@pytest.fixture
def home(tmp_path):
    for shop in ("a", "b"):
        (tmp_path / "data" / "inbox" / shop).mkdir(parents=True)
    good = "统计日期,访客数,支付买家数,支付金额\n2026-11-18,1,1,1\n"
    (tmp_path / "data" / "inbox" / "b" / "店铺.csv").write_text(good, encoding="utf-8")
    return Home(tmp_path, tmp_path / "data")


def outcome(home):
    """What became of shop a's file; shop b's good one is taken in whatever it was."""
    began = time.monotonic()
    done = {each.shop: each for each in ingest(home, today=TODAY)}
    assert time.monotonic() - began < 60
    assert done["b"].status == "accepted"
    assert "Traceback" not in "".join(problem.text for problem in done["a"].problems)
    return done["a"]


def stored(home):
    """The figures of shop a's history."""
    store = Store(home.history)
    frames = [store.read("a", kind) for kind in store.kinds("a")]
    return {
        name: set(column[column.notna()])
        for frame in frames
        for name, column in frame.items()
        if column.dtype.kind == "f" and not name.endswith("_rate")
    }


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_a_case_is_refused_or_read_right(home, case):
    for path in (CASES / case).iterdir():
        shutil.copy(path, home.inbox / "a" / path.name)
    done = outcome(home)
    found = stored(home)
    if case in REFUSED:
        assert (done.status, found) == ("refused", {})
    if done.status == "refused":
        assert found == {}
        assert len(done.problems[0].text) > 30
        return
    assert all(np.isfinite(list(values)).all() for values in found.values())
    right = OTHER_TRUTH.get(case, TRUTH)
    wrong = {name: found[name] - right[name] for name in right if found.get(name, set()) - right[name]}
    assert not wrong
    lost = [name for name in right if not found.get(name)]
    assert not lost or done.problems, "a figure is left out without a word"
    assert "pwn" not in {path.name for path in Path.cwd().iterdir()}


def far_cell():
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["统计日期", "访客数", "支付买家数", "支付金额"])
        page.write(1_048_575, 16_383, 1)
    return data.getvalue()


def zip_bomb():
    data = io.BytesIO(far_cell())
    with (
        zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/sharedStrings.xml", "w") as part,
    ):
        for _ in range(400):
            part.write(b"<si><t>" + b"x" * 2_000_000 + b"</t></si>")
    return data.getvalue()


BOMBS = {
    "far.xlsx": far_cell,
    "bomb.xlsx": zip_bomb,
    "one line.csv": lambda: b"a," * 40_000_000,
    "many columns.csv": lambda: ("统计日期,访客数\n" + "1," * 3_000_000).encode(),
    "nested.html": lambda: b"<html>" + b"<table><tr><td>" * 300_000,
    "nested lists.csv.yaml": lambda: b"item_id: " + b"[" * 60_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_would_take_the_machine_is_refused_within_the_limits(home, name):
    (home.inbox / "a" / name).write_bytes(BOMBS[name]())
    if name.endswith(".yaml"):
        (home.inbox / "a" / name.removesuffix(".yaml")).write_text(
            "统计日期,访客数,支付金额\n2026-11-18,1,1\n", encoding="utf-8"
        )
    assert outcome(home).status == "refused"
    assert Store(home.history).kinds("a") == []


def test_check_is_bounded_like_an_import(tmp_path):
    path = tmp_path / "far.xlsx"
    path.write_bytes(far_cell())
    (found,) = check([path], today=TODAY)
    assert not found.ok
