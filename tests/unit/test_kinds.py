"""A kind is one whole entry of params/kinds.yaml; everything else derives from it."""

import pytest

from shopbook.columns import columns, columns_file
from shopbook.kinds import HalfMade, kind_name, kind_place, kinds, made_of
from shopbook.read import TEMPLATE_KINDS, export, read_export, template
from shopbook.read.exports import SPECS, UNDATED
from shopbook.read.headers import canonical
from shopbook.run.docs import exports
from shopbook.text import speaking

ENTRY = {
    "zh": "会员日报", "en": "member report", "platform": "taobao", "place": {"zh": "甲 > 乙", "en": "a > b"},
    "grain": ["date"], "dated": "day", "columns": {},
    "layouts": [{"source": "here", "keys": ["date", "visitors"]}],
}  # fmt: skip


def kind_of(entry):
    """The kind of one entry."""
    return made_of({"members": entry}, "kinds.yaml")["members"]


@pytest.mark.parametrize(
    ("lost", "sentence"),
    [
        ("zh", "members lacks zh (the name an operator knows)"),
        ("grain", "members lacks grain (the columns that make a row unique)"),
        ("dated", "members lacks dated (how a row is dated)"),
        ("layouts", "members lacks layouts (at least one layout with its keys)"),
        ("columns", "members lacks columns (the names of its columns)"),
        ("place", "members lacks place or template: nobody can get such a file"),
    ],
)
def test_a_half_made_kind_says_what_it_lacks(lost, sentence):
    half = {name: value for name, value in ENTRY.items() if name != lost}
    with pytest.raises(HalfMade) as told:
        kind_of(half)
    assert str(told.value) == f"kinds.yaml: {sentence}"


def test_a_layout_says_where_its_header_is_known_from():
    with pytest.raises(HalfMade, match=r"layouts\.0\.source .where its header row is known from"):
        kind_of(ENTRY | {"layouts": [{"keys": ["date"]}]})


def test_a_whole_kind_is_taken():
    assert kind_of(ENTRY).where == "甲 > 乙"


def test_a_fault_of_the_project_is_not_told_as_a_fault_of_the_file(tmp_path, monkeypatch):
    def fail(*_):
        raise HalfMade("kinds.yaml: members lacks grain")

    monkeypatch.setattr(export, "find", fail)
    path = tmp_path / "店铺.csv"
    path.write_text("日期,访客数\n2026-11-20,5\n", encoding="utf-8")
    with pytest.raises(HalfMade):
        read_export(path)


def _known(kind):
    return set(columns_file()["made"]) | set(columns()) | set(kind.columns.fields)


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_every_column_an_entry_names_exists(kind):
    keys = [name for layout in kind.layouts for key in layout.keys for name in key.split("|")]
    named = [
        *kind.grain,
        *kind.parts,
        *kind.columns.usual,
        *filter(None, kind.columns.aliases.values()),
        *keys,
    ]
    assert [name for name in named if name not in _known(kind)] == []


@pytest.mark.parametrize("spec", [spec for spec in SPECS if spec.layout.header], ids=lambda spec: spec.kind)
def test_a_layout_fits_its_own_header(spec):
    assert spec.fits(spec.layout.header, has_day=True)  # of some only the file name says it
    assert spec.of.columns.only or [n for n in spec.layout.header if canonical(spec.kind, n) is None] == []


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_something_shows_how_each_kind_looks(kind):
    assert kind.template or any(layout.header for layout in kind.layouts)


@pytest.mark.parametrize("kind", TEMPLATE_KINDS)
def test_a_filled_template_has_its_grain(kind, tmp_path):
    path = tmp_path / f"{kind}.csv"
    path.write_text(template(kind), encoding="utf-8")
    table = read_export(path)
    assert table.kind == kind
    assert set(kinds()[kind].grain) <= set(table.values)
    assert ("date" in table.values) == (kind not in UNDATED)


def test_names_and_places_are_said_in_both_languages():
    assert kind_name("item_daily") == "商品报表"
    assert kind_place("market") == "用 `shopbook template market` 生成模板填写"
    with speaking("en"):
        assert kind_name("item_daily") == "item report"
        assert "Business Advisor" in kind_place("item_daily")


def test_the_page_of_exports_is_in_sync():
    assert exports.PAGE.read_text(encoding="utf-8") == exports.page()
