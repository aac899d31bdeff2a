"""Every page of the demo in both languages in a real browser: what a reader would stumble over, counted."""

import re
import shutil
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from shopbook.history.store import Store
from shopbook.home import PROJECT, find_home
from shopbook.params import FAMILIES, shop_settings
from shopbook.run.batch import run_batch
from shopbook.run.plan import Request, plan
from shopbook.run.site.publish import publish

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (375, 1280)
KINDS = ("touching", "cut", "squeezed", "overlaps", "dead", "small", "sideways", "requests", "heavy")
AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8").split("\n", 1)[1]
MOST_BYTES = 300_000
# What a page of a language must not hold: runs of the other script; a cut name is still part of a name.
OTHER = {"zh": re.compile(r"\b[A-Za-z][A-Za-z_]{2,}\b"), "en": re.compile("[\u4e00-\u9fff]+")}
# Words of the trade that Chinese pages write as everybody does, and what the page tells to type.
LATIN = {"CSV", "ROI", "DSR", "BSTS", "GMV", "SKU", "shopbook", "new", "campaign", "HYPERL"}


@pytest.fixture(scope="module", params=["zh", pytest.param("en", marks=pytest.mark.nightly)])
def lang(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def site(request, demo_data, tmp_path_factory, lang) -> Path:
    """The reports folder of shop `demo` in one language, every notebook run and published."""
    if lang == "zh":
        return request.getfixturevalue("demo_reports") / "reports"
    data = tmp_path_factory.mktemp(lang) / "data"
    shutil.copytree(demo_data / "history", data / "history")
    home = find_home(PROJECT, data)
    asked = [Request(name, ("demo",), lang=lang) for name in FAMILIES if name != "custom"]
    result = run_batch([job for each in asked for job in plan(home, each).jobs])
    assert {each.job.name: each.error for each in result.results if each.status != "done"} == {}
    publish(home)
    return home.reports


@pytest.fixture(scope="module")
def audit(browser: Browser, site) -> dict[str, list[str]]:
    """What was found, by kind, as "width page: place"; `text` holds the pages' texts."""
    found: dict[str, list[str]] = defaultdict(list)
    for width in WIDTHS:
        tab = browser.new_page(viewport={"width": width, "height": 667})
        asked: list[str] = []
        tab.on("request", lambda request, asked=asked: asked.append(request.url))
        for page in sorted((site / "demo").rglob("*.html")):
            asked.clear()
            tab.goto(page.as_uri())
            seen = tab.evaluate(AUDIT)
            where = f"{width} {page.parent.name}/{page.name}"
            seen["requests"] = [url for url in asked if not url.startswith(("data:", page.as_uri()))]
            seen["dead"] += [to for to in seen["outward"] if not _leads(page, to)]
            seen["heavy"] = [str(page.stat().st_size)] if page.stat().st_size > MOST_BYTES else []
            for kind in KINDS:
                found[kind] += [f"{where}: {place}" for place in seen[kind]]
            found["text"].append(seen["text"])
            found["pages"].append(where)
        tab.close()
    return found


def _leads(page: Path, to: str) -> bool:
    """Whether a link to another file finds it, and in it the part it names; the web is no page's business."""
    if re.match("[a-z]+:", to):
        return False
    path, _, part = unquote(to).partition("#")
    target = page.parent / path
    return target.exists() and (not part or f'id="{part}"' in target.read_text(encoding="utf-8"))


def test_every_page_was_looked_at(audit):
    assert len(audit["pages"]) >= 17 * len(WIDTHS)


@pytest.mark.parametrize("kind", KINDS)
def test_no_reader_stumbles(audit, kind):
    assert audit[kind] == []


# The words and rows a reader can reach once everything folded is open; what only a script can do is no text.
READ = """() => {
  document.querySelectorAll('.sb-tool, .sb-tick, #filters, #hint').forEach(one => one.remove());
  document.querySelectorAll('details').forEach(one => { one.open = true; });
  const rows = [...document.querySelectorAll('tbody tr')];
  const hidden = rows.filter(one => !one.getBoundingClientRect().height).map(one => one.textContent);
  return { words: document.body.innerText.split(/\\s+/).filter(Boolean), rows: rows.length, hidden };
}"""


def test_without_a_script_every_row_and_every_word_is_there(browser: Browser, site):
    contexts = [browser.new_context(java_script_enabled=on) for on in (False, True)]
    tabs = [context.new_page() for context in contexts]
    rows, lacking = 0, {}
    for page in sorted(site.rglob("*.html")):
        for tab in tabs:
            tab.goto(page.as_uri())
        plain, scripted = (tab.evaluate(READ) for tab in tabs)
        rows += plain["rows"]
        less = [*plain["hidden"], *(Counter(scripted["words"]) - Counter(plain["words"]))]
        if less or plain["rows"] != scripted["rows"]:
            lacking[page.name] = (less, plain["rows"], scripted["rows"])
    for context in contexts:
        context.close()
    assert lacking == {}
    assert rows > 300


@pytest.fixture(scope="module")
def names(demo_data) -> str:
    """Every text the exports brought and the shop's name, in one: these stay as they are in any language."""
    store = Store(demo_data / "history")
    found = {shop_settings(find_home(PROJECT), "demo").name}
    for kind in store.kinds("demo"):
        frame = store.read("demo", kind)
        for name in frame.select_dtypes(["object", "string", "category"]):
            found |= set(frame[name].dropna().astype(str).unique())
        found |= {row.file for row in store.sources("demo", kind)}
    return "\n".join(sorted(found))


def test_a_page_speaks_one_language_but_for_names(audit, names, lang):
    words = {word for text in audit["text"] for word in OTHER[lang].findall(text)}
    assert sorted(word for word in words if word not in names and word not in LATIN) == []


@pytest.mark.parametrize("name", ["daily/brief", "periodic/weekly"])
def test_axe_finds_nothing(browser: Browser, site, name):
    assert _violations(browser, site / "demo" / "2026-11-20" / f"{name}.html", "light") == ""


@pytest.mark.nightly
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(browser: Browser, site, scheme):
    found = {page.name: _violations(browser, page, scheme) for page in sorted(site.rglob("*.html"))}
    assert {name: said for name, said in found.items() if said} == {}


def _violations(browser: Browser, page: Path, scheme: str) -> str:
    tab = browser.new_page(viewport={"width": 375, "height": 667}, color_scheme=scheme)
    tab.goto(page.as_uri())
    tab.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    result = Axe().run(tab)
    tab.close()
    return str(result.generate_report()) if result.violations_count else ""
