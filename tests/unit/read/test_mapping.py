"""Own layouts: proposed from names and values, saved, read; a wrong mapping is refused."""

import json

import pytest

from shopbook.home import home_at
from shopbook.read import FileRefused, read_export
from shopbook.read.headers import canonical
from shopbook.read.mapping import OwnLayout, as_text, own_layouts, path_of
from shopbook.read.proposal import propose
from shopbook.read.sniff import Sheet
from shopbook.read.spec import OfShop
from shopbook.run.command.cli import main
from shopbook.text import speaking

ROWS = ("2026-11-19,1200,3600,40,5120.50", "2026-11-20,1000,3100,36,4210.30")
RENAMED = "记账日,来客,浏览次数,付款者,进账(元)"
ASKED = ("记账日=date", "来客=visitors", "付款者=pay_buyers", "进账(元)=pay_amount")


def proposed(header, *rows, file="日报.csv", **said):
    cells = [header.split(","), *(row.split(",") for row in rows)]
    return propose([Sheet("", cells)], file, **said)


def columns_of(found):
    return {each.header: each.column for each in found.matches}


@pytest.fixture
def home(tmp_path):
    (tmp_path / "home" / "params").mkdir(parents=True)
    return home_at(tmp_path / "home")


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "台账.csv"
    path.write_text("\n".join((RENAMED, *ROWS)), encoding="utf-8")
    return path


@pytest.fixture
def command(home, capsys):
    """Run a command of the home: (exit code, its JSON document)."""

    def run(*words):
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(home.root), *map(str, words), "--json"])
        return ended.value.code, json.loads(capsys.readouterr().out)

    return run


def save(home, layout):
    path = path_of(home, layout.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_text(layout, "台账.csv"), encoding="utf-8")


def test_a_renamed_header_is_read_right_after_saving(home, export, command):
    before, _ = command("check", export)
    flags = [word for each in ASKED for word in ("--column", each)]
    mapped, told = command("map", export, "--kind", "shop_daily", *flags, "--yes")
    after, found = command("check", export)
    assert (before, mapped, after) == (1, 0, 0)
    assert found["files"][0]["kind"] == told["kind"] == "shop_daily"
    table = read_export(export, shop=OfShop(own_layouts=own_layouts(home))).frame
    assert table["visitors"].tolist() == [1200, 1000]
    assert table["pay_amount"].tolist() == [5120.50, 4210.30]


def test_without_yes_nothing_is_saved(home, export, command):
    flags = [word for each in ASKED for word in ("--column", each)]
    code, told = command("map", export, "--kind", "shop_daily", *flags)
    assert (code, told["saved"], own_layouts(home)) == (0, None, ())


def test_a_mapping_that_puts_amounts_into_visitors_is_refused(home, export, command):
    flags = ["--column", "记账日=date", "--column", "进账(元)=visitors", "--column", "付款者=pay_buyers"]
    code, _ = command("map", export, "--kind", "shop_daily", *flags, "--yes")
    assert (code, own_layouts(home)) == (1, ())


def test_buyers_above_visitors_refuse_a_mapped_file(home, export):
    columns = (("记账日", "date"), ("来客", "pay_buyers"), ("付款者", "visitors"))
    save(home, OwnLayout("台账", "shop_daily", columns, ("浏览次数", "进账(元)")))
    with pytest.raises(FileRefused) as refused:
        read_export(export, shop=OfShop(own_layouts=own_layouts(home)))
    assert [problem.code for problem in refused.value.problems] == ["wrong_mapping"]


def test_a_saved_layout_says_the_same_when_loaded(home):
    layout = OwnLayout("台账", "shop_daily", (('a: "b"', "date"), ("# 来客", "visitors")), ("- x",))
    save(home, layout)
    assert own_layouts(home) == (layout,)


def test_a_header_of_another_report_is_not_read_by_a_mapping():
    layout = OwnLayout("台账", "shop_daily", (("日", "date"), ("来客", "visitors")), ("备注",))
    assert layout.renamed(("日", "来客"), whole=True) is None
    assert layout.renamed(("日", "备注"), whole=False) is None
    assert layout.renamed(("来客", "日", "备注"), whole=True) == ("访客数", "日期", "备注")


def test_prefix_unit_and_english_are_proposed_and_what_only_looks_alike_is_not():
    header = "统计日期,店铺访客数(人),Page views,支付金额_元,新访客数,支付金额(万元),昨日支付买家数"
    found = proposed(header, "2026-11-19,1200,3600,5120.50,300,1,39")
    assert columns_of(found) == {
        "统计日期": "date",
        "店铺访客数(人)": "visitors",
        "Page views": "pageviews",
        "支付金额_元": "pay_amount",
        "新访客数": "new_visitors",
        "支付金额(万元)": "",
        "昨日支付买家数": "",
    }


def test_cells_that_are_no_counts_speak_against_a_name():
    found = proposed("日期,访客数,支付金额", "2026-11-19,1200.5,100")
    assert columns_of(found)["访客数"] == ""


def test_words_around_a_stem_are_one_name_and_a_stem_alone_is_none():
    found = columns_of(proposed("统计日期,访客人数,支付数,支付总金额", "2026-11-19,1200,40,5120.50"))
    assert found == {"统计日期": "date", "访客人数": "visitors", "支付数": "", "支付总金额": "pay_amount"}


def test_the_only_column_of_days_is_the_day_unless_it_says_another():
    assert columns_of(proposed("交易日,访客数,支付金额", "2026-11-19,45000,9"))["交易日"] == "date"
    assert columns_of(proposed("上架时间,访客数,支付金额", "2026-11-19,45000,9"))["上架时间"] == ""


def test_rows_about_search_terms_are_not_saved_as_the_days_of_a_shop(tmp_path, home, command):
    path = tmp_path / "表.csv"
    path.write_text("统计日期,搜索词,来访,支付买家数,支付金额\n2026-11-19,杯,9,2,30.5\n", encoding="utf-8")
    code, _ = command("map", path, "--yes")
    assert (code, own_layouts(home)) == (1, ())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("header", ["甲,乙,丙", "统计日期,商品ID,商品编码"])
def test_the_refusal_of_an_unknown_layout_ends_with_the_command_that_maps_it(tmp_path, lang, header):
    path = tmp_path / "x.csv"
    path.write_text(f"{header}\na,b,c\n", encoding="utf-8")
    with speaking(lang), pytest.raises(FileRefused) as refused:
        read_export(path)
    with speaking(lang):
        assert refused.value.problems[-1].text.endswith("shopbook map FILE")


def test_scores_by_day_under_other_names_can_be_mapped(home, tmp_path, command):
    export = tmp_path / "评分.csv"
    export.write_text(
        "记账日,描述分,态度分,物流分\n2026-11-19,4.85,4.86,4.87\n2026-11-20,4.84,4.86,4.88\n",
        encoding="utf-8",
    )
    asked = ("记账日=date", "描述分=dsr_description", "态度分=dsr_service", "物流分=dsr_logistics")
    code, told = command(
        "map", export, "--kind", "dsr", *(word for each in asked for word in ("--column", each)), "--yes"
    )
    assert (code, told["kind"]) == (0, "dsr")
    table = read_export(export, shop=OfShop(own_layouts=own_layouts(home)))
    assert table.kind == "dsr"
    assert table.frame["dsr_description"].tolist() == [4.85, 4.84]


def test_a_shop_sheet_with_scores_stays_the_shop_sheet(tmp_path):
    export = tmp_path / "店铺取数.csv"
    export.write_text("统计日期,访客数,支付金额,描述相符评分\n2026-11-20,5,9,4.85\n", encoding="utf-8")
    assert read_export(export).kind == "shop_daily"


@pytest.mark.parametrize(
    ("header", "name"),
    [("首响(分钟)", "(分钟)"), ("首响(小时)", "(小时)"), ("首响(秒)", ""), ("首响", ""), ("首响(%)", "(%)")],
)
def test_a_mapped_header_keeps_a_unit_that_is_not_its_columns(header, name):
    columns = (("人员", "cs_agent"), ("询单", "inquiry_visitors"), (header, "first_response_seconds"))
    layout = OwnLayout("x", "service", columns, ())
    renamed = layout.renamed(("人员", "询单", header), whole=True)
    assert renamed is not None
    assert renamed[2] == renamed[2].removesuffix(name) + name
    assert (canonical("service", renamed[2]) is None) == bool(name)
