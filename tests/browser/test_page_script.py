"""What the page's own script adds, in a real browser; without it everything can be read."""

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_the_script_runs_under_the_policy_of_the_page(browser: Browser, sample_page: str) -> None:
    tab = browser.new_page()
    said: list[str] = []
    tab.on("console", lambda line: said.append(line.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(sample_page)
    assert tab.locator(".sb-sort").count() > 0
    assert said == []
    tab.close()


def test_a_header_sorts_its_table_both_ways(browser: Browser, sample_page: str) -> None:
    tab = browser.new_page()
    tab.goto(sample_page)
    amounts = "all => all.map(row => row.children[2].textContent)"
    head = tab.locator(".sb-table .sb-sort").nth(2)
    head.click()
    assert tab.eval_on_selector_all(".sb-table tbody tr", amounts) == ["12,345", "900", "–"]
    head.click()
    assert tab.eval_on_selector_all(".sb-table tbody tr", amounts) == ["900", "12,345", "–"]
    tab.close()


def test_a_tick_is_kept_in_this_browser(browser: Browser, sample_page: str) -> None:
    tab = browser.new_page()
    tab.goto(sample_page)
    tab.locator(".sb-tick input").first.check()
    tab.reload()
    assert tab.locator(".sb-tick input").first.is_checked()
    assert not tab.locator(".sb-tick input").nth(1).is_checked()
    tab.close()


def test_a_chart_tells_the_figures_of_the_day_under_the_pointer(browser: Browser, sample_page: str) -> None:
    tab = browser.new_page(viewport={"width": 375, "height": 800})
    tab.goto(sample_page)
    chart = tab.locator("[data-points]")
    chart.scroll_into_view_if_needed()
    chart.hover()
    tip = tab.locator(".sb-tip")
    assert tip.is_visible()
    assert "全店" in tip.inner_text()
    tab.close()


def test_everything_is_there_without_a_script(browser: Browser, sample_page: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(sample_page)
    assert "恢复推荐计划的出价" in tab.locator(".sb-opening").inner_text()
    for folded in tab.locator("summary").all():
        folded.click()  # a details element opens by itself
    assert tab.get_by_text("投入产出比 3.42").is_visible()
    context.close()


def test_cells_of_a_table_keep_their_distance(browser: Browser, sample_page: str) -> None:
    tab = browser.new_page(viewport={"width": 375, "height": 800})
    tab.goto(sample_page)
    gaps = tab.evaluate(TEXT_GAPS)
    assert gaps
    assert min(gaps) >= 8
    tab.close()


TEXT_GAPS = """() => {
  const found = [];
  const box = cell => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return range.getBoundingClientRect();
  };
  for (const row of document.querySelectorAll('.sb-table tr, .sb-finding tr')) {
    const cells = [...row.children].map(box).filter(one => one.width > 0);
    for (let i = 1; i < cells.length; i++) found.push(cells[i].left - cells[i - 1].right);
  }
  return found;
}"""
