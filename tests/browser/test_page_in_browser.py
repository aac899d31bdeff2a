"""The page in a real browser: phones, dark mode, print, keyboard, accessibility."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [375, 760, 1200])
def test_nothing_scrolls_sideways_and_nothing_is_fetched(
    browser: Browser, sample_page: str, width: int
) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 800})
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(sample_page)
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    assert [url for url in asked if not url.startswith(("data:", sample_page))] == []
    tab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1200])
def test_axe_finds_nothing(browser: Browser, sample_page: str, scheme: str, width: int) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab.goto(sample_page)
    result = Axe().run(tab)
    assert result.violations_count == 0, result.generate_report()
    tab.close()


def test_every_picture_has_a_text_and_is_decoded(browser: Browser, sample_page: str) -> None:
    tab = browser.new_page(viewport={"width": 375, "height": 800})
    tab.goto(sample_page)
    pictures = tab.eval_on_selector_all("img", "all => all.map(one => [one.alt, one.naturalWidth])")
    assert pictures
    assert all(alt and wide for alt, wide in pictures)
    tab.close()


def test_on_a_phone_the_key_figures_are_cards(browser: Browser, sample_page: str) -> None:
    tab = browser.new_page(viewport={"width": 375, "height": 800})
    tab.goto(sample_page)
    cards = tab.eval_on_selector_all(
        ".sb-kpis tbody tr",
        "all => all.map(one => one.getBoundingClientRect()).map(one => [one.left, one.right])",
    )
    assert len({left for left, _ in cards}) == 2
    assert all(0 <= left < right <= 375 for left, right in cards)
    tab.close()


def test_a_wide_table_scrolls_in_its_own_box_by_keyboard(browser: Browser, sample_page: str) -> None:
    tab = browser.new_page(viewport={"width": 375, "height": 800}, bypass_csp=True)  # waiting evaluates text
    tab.goto(sample_page)
    box = tab.locator(".sb-table .sb-scroll")
    assert box.evaluate("one => one.scrollWidth > one.clientWidth")
    box.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("document.querySelector('.sb-table .sb-scroll').scrollLeft > 0")
    tab.close()


def test_print_is_light_even_on_a_dark_screen(browser: Browser, sample_page: str) -> None:
    tab = browser.new_page(viewport={"width": 760, "height": 800})
    tab.emulate_media(media="print", color_scheme="dark")
    tab.goto(sample_page)
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.locator(".sb-chart img").first.evaluate("one => getComputedStyle(one).filter") == "none"
    tab.close()
