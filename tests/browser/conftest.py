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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser; absent on a developer's machine it skips, CI installs it."""
    if not Path(_CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail(f"{_CHROMIUM} is missing; CI must install chromium")
        pytest.skip("chromium is not installed")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def sample_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the sample page."""
    path = tmp_path_factory.mktemp("page") / "own.html"
    path.write_text(render(notebook()), encoding="utf-8")
    return path.as_uri()
