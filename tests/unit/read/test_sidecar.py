"""The note beside an export: three keys, checked; what else stands there is told with the note's name."""

import datetime as dt

import pytest

from shopbook.read.problems import FileRefused
from shopbook.read.sidecar import sidecar


@pytest.fixture
def beside(tmp_path):
    """What is read of a note with this text beside an export."""
    export = tmp_path / "商品.csv"

    def note(text):
        content = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "商品.csv.yaml").write_bytes(content)
        return sidecar(export)

    return note


def test_without_a_note_nothing_is_said(tmp_path):
    assert sidecar(tmp_path / "商品.csv") == {}
    assert sidecar(tmp_path / ("长" * 84 + ".csv")) == {}  # no file system holds the name of its note


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", {}),
        ("date: 2026-11-20", {"date": dt.date(2026, 11, 20)}),
        ("date: '2026-11-20'", {"date": dt.date(2026, 11, 20)}),
        ("\ufeffitem_id: 682000000001", {"item_id": "682000000001"}),
        ("item_id: 0012", {"item_id": "0012"}),
        ("item_id: '0012'\nattribution_days: 15", {"item_id": "0012", "attribution_days": 15}),
        ("attribution_days: 90\ndate:", {"attribution_days": 90}),
    ],
)
def test_what_the_note_says_is_taken(beside, text, said):
    assert beside(text) == said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("when: 2026-11-20", "when"),
        ("date: tomorrow", "date: tomorrow"),
        ("date: 2026-11-20 08:30:00", "date: 2026-11-20 08:30:00"),
        ("date: 5", "date: 5"),
        ("item_id: true", "item_id: True"),
        ("attribution_days: 0", "attribution_days: 0"),
        ("attribution_days: 91", "attribution_days: 91"),
        ("- date", "list"),
        ("item_id: -5", "item_id: -5"),
        ('item_id: "6\\0b"', "item_id: 6"),
        ("attribution_days: true", "attribution_days: True"),
        ("date: 1899-12-31", "date: 1899-12-31"),
        ("date: '9999-12-31'", "date: 9999-12-31"),
        ("date: 2026-11-20\ndate: 2026-11-19", "两次"),
        ("date: [", "while parsing"),
        ("item_id: &a 6\ndate: *a", "*"),
        pytest.param(b"date: \xff", "utf-8", id="not UTF-8"),
        pytest.param("# " + "x" * 5_000, "5002 bytes", id="too long"),
    ],
)
def test_what_does_not_hold_is_told_with_the_name_of_the_note(beside, text, found):
    with pytest.raises(FileRefused) as refused:
        beside(text)
    (problem,) = refused.value.problems
    assert (problem.code, refused.value.file) == ("bad_note", "商品.csv.yaml")
    assert found in problem.text
