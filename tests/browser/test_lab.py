"""A real JupyterLab: a lesson ticks what is typed, reports run, another day gives another answer, widgets."""

import datetime as dt
import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Page

from shopbook.home import PROJECT, Home
from shopbook.run.command.console import Session
from shopbook.run.command.new import lab_server

pytest.importorskip("jupyterlab", reason="the extra `lab` is not installed")
pytestmark = [pytest.mark.browser, pytest.mark.slow]
_PATIENCE = 180_000
_DONE = """async (path) => {
    const app = window.jupyterapp;
    const widget = await app.commands.execute('docmanager:open', {path});
    await widget.context.ready;
    await widget.sessionContext.ready;
}"""
_RUN = """async () => { await window.jupyterapp.commands.execute('notebook:run-all-cells'); }"""
_TYPE = """([there, typed]) => {
    const cells = window.jupyterapp.shell.currentWidget.content.widgets.map(each => each.model.sharedModel);
    const cell = cells.find(each => each.getSource().includes(there));
    cell.setSource(cell.getSource().replace(there, typed));
}"""
_SHOW = """async (words) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const at = notebook.widgets.findIndex(each => each.model.sharedModel.getSource().includes(words));
    notebook.activeCellIndex = at;
    await notebook.scrollToItem(at, 'start');
}"""
# Only what the notebook in front shows: those of other tests stay open behind it.
_SHOWN = """([selector, count]) =>
    window.jupyterapp.shell.currentWidget.node.querySelectorAll(selector).length >= count"""
# From the notebook itself: JupyterLab takes cells that are out of sight off the page.
_OUTPUTS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .flatMap(each => each.model.type === 'code' ? each.model.outputs.toJSON() : [])
    .map(each => [].concat((each.data || {})['text/html'] || each.evalue || []).join(''))"""


@pytest.fixture(scope="module")
def small_home(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo shops with their history."""
    root = tmp_path_factory.mktemp("lab")
    for folder in ("notebooks", "params"):  # JupyterLab saves what it runs: never the project's own files
        shutil.copytree(PROJECT / folder, root / folder)
    shutil.copytree(demo_data / "history", root / "data" / "history")
    return Home(root, root / "data")


@pytest.fixture(scope="module")
def server(small_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab of our own on a free port of this machine, stopped by its process."""
    token, port = secrets.token_hex(8), _free_port()
    command, surroundings = lab_server(Session(small_home), tmp_path_factory.mktemp("settings"))
    private = tmp_path_factory.mktemp("jupyter")
    surroundings |= {"JUPYTER_CONFIG_DIR": str(private / "config"), "JUPYTER_DATA_DIR": str(private / "data")}
    command += [
        "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}",
        f"--IdentityProvider.token={token}", "--LabApp.expose_app_in_browser=True",
        f"--LabApp.workspaces_dir={private}", f"--LabApp.user_settings_dir={private}",
        "--ServerApp.shutdown_no_activity_timeout=600",
    ]  # fmt: skip
    log = (private / "log").open("w", encoding="utf-8")
    process = subprocess.Popen(command, env=surroundings, stdout=log, stderr=subprocess.STDOUT)
    yield f"http://127.0.0.1:{port}/lab?reset&token={token}"
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    log.close()


@pytest.fixture(scope="module")
def lab(browser, server: str) -> Iterator[Page]:
    """JupyterLab in a page, ready; loaded once, each test opens a notebook of its own in it."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(_PATIENCE)
    _open(page, server)
    page.wait_for_function("() => window.jupyterapp && window.jupyterapp.restored")
    page.evaluate("async () => { await window.jupyterapp.restored; }")
    yield page
    page.close()


def test_the_start_page_opens_in_chinese_and_ticks_what_is_typed(lab: Page) -> None:
    lab.evaluate(_DONE, "notebooks/custom/lessons-zh/00_start.ipynb")
    lab.wait_for_function("() => document.body.innerText.includes('从这里开始')")
    lab.wait_for_function("() => document.querySelector('.lm-MenuBar').innerText.includes('文件')")
    lab.evaluate(_TYPE, ['"start.source", ...', '"start.source", "猜你喜欢"'])
    lab.evaluate(_RUN)
    outputs = [output for output in lab.evaluate(_OUTPUTS) if "sb-learn" in output]
    assert sum("sb-learn-right" in output for output in outputs) == 2  # the one typed, the one worked
    lab.evaluate(_SHOW, "五个问题")
    lab.wait_for_function(_SHOWN, arg=[".sb-learn-right", 1])
    _picture(lab, "lab-lesson")


def test_the_brief_runs_and_another_day_gives_another_answer(lab: Page) -> None:
    lab.evaluate(_DONE, "notebooks/daily/brief.ipynb")
    lab.evaluate(_RUN)
    first = lab.evaluate(_OUTPUTS)
    lab.wait_for_function(_SHOWN, arg=[".sb-chart img, .sb-kpi svg, .sb-headline", 1])
    assert _headline(first)
    assert "<img alt=" in "".join(first)
    assert "2026-11-20" in "".join(first)
    lab.evaluate(_TYPE, ['date: str = ""', 'date: str = "2026-11-18"'])
    lab.evaluate(_RUN)
    second = lab.evaluate(_OUTPUTS)
    assert "2026-11-18" in "".join(second), second
    assert _headline(second) != _headline(first)


def test_a_section_shows_its_lines_of_pandas_above_its_chart(lab: Page) -> None:
    lab.evaluate(_DONE, "notebooks/daily/own.ipynb")
    lab.evaluate(_RUN)
    assert "sb-chart" in "".join(lab.evaluate(_OUTPUTS))
    lab.evaluate(_SHOW, 'day.table("channels")')
    lab.wait_for_function(_SHOWN, arg=[".sb-chart img", 1])
    _picture(lab, "lab-section")


def test_the_panel_of_parameters_has_widgets(lab: Page, small_home: Home) -> None:
    cells = [
        new_markdown_cell("# 换一天，换一家店"),
        new_code_cell("from shopbook import workbook\nfrom shopbook.workbook import daily, show"),
        new_code_cell('panel = workbook.panel("daily")\npanel'),
        new_markdown_cell("选好以后，运行下面一格。"),
        new_code_cell(
            "panel.write(globals())\nday = daily.load(shop, date, window_days=window_days)\nshow.opening(day)"
        ),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    file = small_home.root / "notebooks" / "custom" / "panel.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata=kernel), file)
    lab.evaluate(_DONE, "notebooks/custom/panel.ipynb")
    lab.evaluate(_RUN)
    lab.wait_for_function(_SHOWN, arg=[".jp-OutputArea .widget-box select", 2])
    assert _headline(lab.evaluate(_OUTPUTS))
    lab.evaluate(_SHOW, "# 换一天")
    _picture(lab, "lab-panel")


def _picture(page: Page, name: str) -> None:
    """With UPDATE_PICTURES=1 the picture of the docs."""
    if os.environ.get("UPDATE_PICTURES"):
        page.wait_for_timeout(1_000)
        page.screenshot(path=str(PROJECT / "docs" / "pictures" / f"{name}.png"))


def _headline(outputs: list[str]) -> str:
    return next(html for html in outputs if "sb-headline" in html)


def _open(page: Page, address: str) -> None:
    """Go to the server as soon as it listens."""
    port = int(address.split(":")[2].split("/")[0])
    deadline = dt.datetime.now(dt.UTC) + dt.timedelta(milliseconds=_PATIENCE)
    while dt.datetime.now(dt.UTC) < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            page.wait_for_timeout(200)
    page.goto(address)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
