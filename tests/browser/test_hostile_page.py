"""What a hostile page asks a server for when the guard sleeps: nothing, since its policy lets nothing in."""

import functools
import re
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import Browser

from hostile_html import HOSTILE
from shopbook.run import page, page_guard

pytestmark = pytest.mark.browser
# No policy can forbid a page to leave by itself: that one is the guard's alone.
LEAVES = [html for html in HOSTILE if "refresh" in html]
TRIED = [html for html in HOSTILE if html not in LEAVES]
SIDE_BY_SIDE = 6
HERE = "<i>what a custom cell shows</i>"
POLICY = re.compile(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>")


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    """Somebody outside who waits to be asked, and what was asked for."""
    asked: list[str] = []

    class Waiting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # the name the library calls

        def log_message(self, *_: object) -> None:
            return

    made = ThreadingHTTPServer(("127.0.0.1", 0), Waiting)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}", asked
    made.shutdown()
    made.server_close()


@functools.cache
def rendered() -> str:
    """A page with a cell that shows `HERE`."""
    output = new_output("display_data", data={"text/html": HERE})
    return page.render(new_notebook(cells=[new_code_cell("1", outputs=[output])]))


def shown(html: str, address: str) -> str:
    """The page with that in its cell, as if nothing had looked at it before: the policy is alone."""
    return rendered().replace(HERE, re.sub(r"(?:http:)?//x\.example", address, html))


def opened(browser: Browser, folder: Path, bodies: Sequence[str]) -> list[bool]:
    """Open pages to their end, a few side by side; of each whether the script of its hostile part ran."""
    tabs = [browser.new_page() for _ in range(min(SIDE_BY_SIDE, len(bodies)))]
    ran = []
    for first in range(0, len(bodies), SIDE_BY_SIDE):
        open_now = list(zip(tabs, bodies[first : first + SIDE_BY_SIDE], strict=False))
        for number, (tab, body) in enumerate(open_now):
            path = folder / f"{first + number}.html"
            path.write_text(body, encoding="utf-8")
            tab.goto(path.as_uri(), wait_until="commit")
        for tab, _ in open_now:
            tab.wait_for_load_state("networkidle")
            ran.append(bool(tab.evaluate("typeof x === 'number'")))
    for tab in tabs:
        tab.close()
    return ran


def test_a_hostile_page_asks_for_nothing_and_runs_nothing(browser, server, tmp_path) -> None:
    address, asked = server
    ran = opened(browser, tmp_path, [shown(html, address) for html in TRIED])
    print(f"\nhostile pages: {len(TRIED)}, requests: {len(asked)}, scripts run: {sum(ran)}")
    assert (asked, ran) == ([], [False] * len(TRIED))
    # The same pages without their policy do ask: the server would have heard them.
    bare = POLICY.sub("", shown("".join(TRIED), address))
    opened(browser, tmp_path, [bare])
    assert asked


def test_the_guard_refuses_what_no_policy_can() -> None:
    assert LEAVES
    assert all(page_guard.forbidden(html) for html in LEAVES)
