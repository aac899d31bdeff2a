"""The site over published report folders."""

import os
import re
from urllib.parse import unquote

import pytest

from published import HOSTILE, finding, home_at, note_status, report, shelve
from shopbook.run.site.publish import publish
from shopbook.run.site.published import entries


def hrefs(page) -> set[str]:
    return {unquote(found) for found in re.findall(r'href="([^"#]+)"', page.read_text(encoding="utf-8"))}


@pytest.fixture
def home(tmp_path):
    return home_at(tmp_path, demo="name: 天猫旗舰店\n")


def test_index_lists_every_page_of_every_shop(home):
    shelve(home, report(), report(notebook="daily/market"), report("b", "2026-03-01"))
    shelve(home, report("b", notebook="campaign_review/review"), campaign="double 11")
    publish(home)
    pages = {p.relative_to(home.reports).as_posix() for p in home.reports.glob("*/*/**/*.html")}
    assert len(pages) == 4
    assert pages <= hrefs(home.reports / "index.html")


def test_every_link_of_every_page_leads_to_a_file(home):
    for day in ("2026-11-18", "2026-11-20"):
        shelve(home, report(date=day), report(date=day, notebook="daily/brief"))
    publish(home)
    for page in home.reports.rglob("*.html"):
        targets = [h for h in hrefs(page) if not h.startswith("data:")]
        assert all((page.parent / target).resolve().is_file() for target in targets), page


def test_a_page_leads_to_the_previous_and_next_report_and_the_day(home):
    for day in ("2026-11-18", "2026-11-19", "2026-11-20"):
        shelve(home, report(date=day), report(date=day, notebook="daily/brief"))
    publish(home)
    middle = home.reports / "demo/2026-11-19/daily/own.html"
    text = middle.read_text(encoding="utf-8")
    assert 'rel="prev" href="../../2026-11-18/daily/own.html"' in text
    assert 'rel="next" href="../../2026-11-20/daily/own.html"' in text
    assert {"brief.html", "../../../index.html"} <= hrefs(middle)


def test_since_names_new_cleared_and_restated(home):
    old = finding("own.item", headline="旧问题")
    shelve(home, report(date="2026-11-19", findings=(old,)))
    shelve(home, report(findings=(finding(headline="新问题"), finding("own.basket", "ok", "一切正常"))))
    publish(home)
    text = (home.reports / "demo/2026-11-20/daily/own.html").read_text(encoding="utf-8")
    block = text.split("shopbook:since begin")[1]
    new, cleared = block.split("已解除")
    assert "新问题" in new
    assert "旧问题" in cleared
    assert "一切正常" not in block
    assert "访客数: 34,120 → 34,461" in block


def test_figures_count_as_restated_only_against_the_day_before(home):
    shelve(home, report(date="2026-11-18", findings=()))
    shelve(home, report(findings=()))
    publish(home)
    page = home.reports / "demo/2026-11-20/daily/own.html"
    assert "没有新问题" in page.read_text(encoding="utf-8")


def test_publish_twice_writes_nothing(home):
    shelve(home, report(date="2026-11-19"), report())
    first = publish(home)
    before = {p: p.stat().st_mtime_ns for p in home.reports.rglob("*.html")}
    again = publish(home)
    assert (first.pages, len(first.written)) == (2, 2)
    assert (again.written, again.workbooks) == ((), ())
    assert before == {p: p.stat().st_mtime_ns for p in home.reports.rglob("*.html")}


def test_a_new_day_rewrites_only_its_neighbour(home):
    shelve(home, *(report(date=day) for day in ("2026-11-17", "2026-11-18", "2026-11-19")))
    publish(home)
    shelve(home, report())
    assert {page.parts[-3] for page in publish(home).written} == {"2026-11-19", "2026-11-20"}


def test_without_its_memory_the_site_comes_out_the_same(home):
    shelve(home, report(date="2026-11-19"), report())
    publish(home)
    before = {p: p.read_bytes() for p in home.reports.rglob("*.html")}
    (home.reports / ".site.json").unlink()
    publish(home)
    assert before == {p: p.read_bytes() for p in home.reports.rglob("*.html")}


def test_a_failed_notebook_keeps_its_last_good_page_and_says_so(home):
    shelve(home, report(date="2026-11-19"))
    folder = shelve(home, report(notebook="daily/brief"))
    note_status(folder, "own", "failed", "KeyError")
    publish(home)
    index = (home.reports / "index.html").read_text(encoding="utf-8")
    assert 'href="demo/2026-11-19/daily/own.html">上一份完好的：11-19' in index


def test_the_page_of_a_failed_rerun_says_it_is_the_last_good_one(home):
    folder = shelve(home, report())
    note_status(folder, "own", "failed")
    publish(home)
    assert "最近一次运行失败" in (folder / "own.html").read_text(encoding="utf-8")


def test_titles_from_exports_are_text_on_the_index_and_in_since(home):
    shelve(home, report(date="2026-11-19", findings=()))
    shelve(home, report(headline=HOSTILE, findings=(finding(headline=HOSTILE),)))
    publish(home)
    for name in ("index.html", "demo/2026-11-20/daily/own.html"):
        text = (home.reports / name).read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "\u202e" not in text
        assert "&lt;script&gt;alert" in text


def test_a_broken_shop_file_costs_the_name_not_the_site(tmp_path):
    home = home_at(tmp_path, demo="nmae: x\n")
    shelve(home, report())
    published = publish(home)
    assert published.index.is_file()
    assert "nmae" in published.problems[0]


def test_a_broken_findings_file_does_not_stop_the_site(home):
    folder = shelve(home, report())
    (folder / "own.findings.json").write_text('{"findings": [', encoding="utf-8")
    publish(home)
    assert "demo/2026-11-20/daily/own.html" in hrefs(home.reports / "index.html")


@pytest.mark.parametrize("depth", [pytest.param(9, id="a line a report"), pytest.param(1, id="only a name")])
def test_months_beyond_the_budget_get_their_own_page(home, monkeypatch, depth):
    monkeypatch.setattr("shopbook.run.site.index.LISTED", 1)
    monkeypatch.setattr("shopbook.run.site.index.REPORTS", depth)
    shelve(home, report(), report(date="2026-10-01"), report(date="2026-09-01"))
    publish(home)
    index = home.reports / "index.html"
    older = [home.reports / href for href in hrefs(index) if href.startswith("months/")]
    assert sorted(p.name for p in older) == ["demo-2026-09.html", "demo-2026-10.html"]
    assert ("demo/2026-10-01/daily/own.html" in hrefs(index)) == (depth == 9)
    assert "../demo/2026-10-01/daily/own.html" in hrefs(home.reports / "months/demo-2026-10.html")


def test_the_index_without_any_report_says_what_to_do(home):
    assert "data/inbox" in publish(home).index.read_text(encoding="utf-8")


def test_a_report_is_as_bad_as_its_worst_notebook(home):
    shelve(
        home,
        report(findings=()),
        report(notebook="daily/market", findings=(finding("market.visitors", "watch"),)),
    )
    (entry,) = entries(home.reports)
    assert entry.level == "watch"


def test_pages_can_be_read_by_the_web_server(home):
    folder = shelve(home, report())
    publish(home)
    if os.name == "posix":
        assert (folder / "own.html").stat().st_mode & 0o044 == 0o044
