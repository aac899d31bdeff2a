"""Under a finding, folded and without a script: the rows its figures come from, or the exports read."""

from shopbook.findings.finding import Figure, FigureSource, Finding
from shopbook.report.origins import origins

ROW = FigureSource("shop_daily", "2026-11-20", "2026-11-20", ("visitors",), 1)
BEFORE = FigureSource("shop_daily", "2026-10-23", "2026-11-13", ("visitors",), 4)
READ = (
    FigureSource("market", "2026-08-01", "2026-11-20", (), 90),
    FigureSource("stock", "2026-11-01", "2026-11-19", (), 20),
)


def shown(*figures: Figure) -> str:
    return origins(Finding("own.visitors", "?", "访客", figures=figures))


def test_a_value_names_its_report_day_column_and_row_and_a_ratio_both_its_parts():
    html = shown(Figure("visitors", "12,345", 12345.0, "persons", sources=(ROW,)))
    assert "<details><summary>来源</summary>" in html
    assert "12,345: 店铺日报 2026-11-20 访客数 1 行" in html
    parts = FigureSource("shop_daily", "2026-11-20", "2026-11-20", ("pay_buyers", "visitors"), 1)
    assert "支付买家数 ÷ 访客数" in shown(Figure("rate", "2.4%", 0.024, "fraction", sources=(parts,)))


def test_a_change_names_both_sides_and_figures_of_the_same_rows_share_a_line():
    change = [Figure("change", text, -0.1, "fraction", sources=(ROW, BEFORE)) for text in ("▼ −10%", "10%")]
    html = shown(*change)
    assert html.count("<li>") == 1
    assert "2026-11-20 访客数 1 行; 店铺日报 2026-10-23 – 2026-11-13 访客数 4 行" in html


def test_what_was_made_from_whole_exports_names_them_and_the_days_they_span():
    html = shown(Figure("interval", "−14% ~ −6%", None, "fraction", -0.14, -0.06, READ))
    assert "由市场大盘，库存表算出，2026-08-01 – 2026-11-20" in html


def test_the_constants_of_a_sentence_have_no_rows_and_a_finding_of_words_no_sources():
    assert shown(Figure("constant", "90%", None, "constant", sources=READ)) == ""
    assert shown() == ""


def test_text_from_exports_stays_text():
    html = shown(Figure("x", "<img src=x>", 1.0, "count", sources=(ROW,)))
    assert "<img" not in html
    assert "&lt;img" in html
