"""An executed notebook becomes one page without code, script or anything from outside."""

import base64
import hashlib
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from shopbook.errors import DeliveryError
from shopbook.run import page

sys.path.append(str(Path(__file__).parents[1] / "report"))
from sample_report import day, notebook


@pytest.fixture(scope="module")
def rendered() -> str:
    return page.render(notebook())


def test_a_page_is_below_300_kb(rendered: str) -> None:
    assert len(rendered.encode()) < page.LIMIT


@pytest.mark.parametrize(
    "text", ["hidden_code", "PARAMETER", "ANALYST", "WARNING", "自己看", "In&nbsp;", "http"]
)
def test_a_page_leaves_out(rendered: str, text: str) -> None:
    body = rendered.split("<body ")[1]
    assert text not in body


def test_a_page_runs_its_own_script_and_its_policy_lets_no_other(rendered: str) -> None:
    assert rendered.count("<script") == 1
    digest = base64.b64encode(hashlib.sha256(page.SCRIPT.encode()).digest()).decode()
    assert f"default-src 'none'; script-src 'sha256-{digest}'; img-src data:;" in rendered
    assert len(page.SCRIPT.encode()) <= 12_000


def test_a_page_has_title_language_and_the_markers_of_the_site(rendered: str) -> None:
    assert '<html lang="zh-CN">' in rendered
    assert "<title>支付金额 12.3 万元，较基线 ▼ −12.0%；主因：手淘推荐</title>" in rendered
    assert (
        rendered.index("<!-- shopbook:nav -->")
        < rendered.index("<h1")
        < rendered.index("<!-- shopbook:since -->")
    )
    assert rendered.count("<style>") == 1
    assert rendered.count("<h1") == 1


def test_a_page_without_heading_or_findings_still_has_a_heading_and_a_language() -> None:
    bare = page.render(new_notebook(cells=[new_markdown_cell("text")]), lang="en")
    assert bare.count("<h1>") == 1
    assert '<html lang="en">' in bare


def test_findings_and_mail_charts_are_read_back() -> None:
    report = page.find_report(notebook())
    assert report is not None
    assert report["version"] == day().report.to_json()["version"]
    charts = page.mail_charts(notebook())
    assert list(charts) == ["conversion"]
    assert charts["conversion"].startswith(b"\x89PNG")
    assert page.find_report(new_notebook()) is None


@pytest.mark.parametrize(
    ("output", "message"),
    [
        pytest.param(
            new_output("error", ename="KeyError", evalue="x", traceback=[]), "KeyError", id="failed cell"
        ),
        pytest.param(
            new_output("display_data", data={"application/vnd.plotly.v1+json": {}}),
            "plotly",
            id="unknown output",
        ),
        pytest.param(
            new_output("display_data", data={"text/html": "<script>1</script>"}), "<script>", id="script"
        ),
        pytest.param(
            new_output("display_data", data={"text/html": '<img alt="" src="//cdn.example/x.png">'}),
            "cdn.example",
            id="picture from outside",
        ),
    ],
)
def test_a_page_is_refused_rather_than_published_in_part(output: object, message: str) -> None:
    with pytest.raises(DeliveryError, match=message):
        page.render(new_notebook(cells=[new_code_cell("x", outputs=[output])]))


def test_an_analyst_may_do_anything_in_the_section_left_out() -> None:
    failed = new_output("error", ename="KeyError", evalue="x", traceback=[])
    cell = new_code_cell("x", metadata={"tags": ["analyst-only"]}, outputs=[failed])
    assert "KeyError" not in page.render(new_notebook(cells=[cell]))
