"""Debian's chromium behind playwright; the sample page written to a file."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from shopbook.run.page import render

sys.path.append(str(Path(__file__).parents[1] / "unit" / "report"))
from sample_report import notebook

_CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"

_QUIET = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; absent on a developer's machine it skips, CI installs it.

    One a module: while it is open playwright's event loop runs, and tests of other folders need their own.
    """
    if not Path(_CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail(f"{_CHROMIUM} is missing; CI must install chromium")
        pytest.skip("chromium is not installed")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=_CHROMIUM, args=_QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def sample_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the sample page."""
    path = tmp_path_factory.mktemp("page") / "own.html"
    path.write_text(render(notebook()), encoding="utf-8")
    return path.as_uri()
