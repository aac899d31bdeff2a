"""A published report can be made again from what its run recorded, to the byte; a changed one is named."""

import json
import sys

import pytest

from notebooks.fixtures import cases
from shopbook.errors import ParamsError
from shopbook.run import verify as proof
from shopbook.run.notebook import execute
from shopbook.run.site.publish import publish
from shopbook.text import speaking

ENGINES = ["papermill", *(["warm"] if sys.platform.startswith("linux") else [])]


@pytest.fixture
def report(tmp_path):
    """A published report with a parameter of its own, and its site."""
    home = cases.home(tmp_path, "from IPython.display import HTML\nHTML(f'<p>{window_days}</p>')")
    cases.history(home, "shop_daily", "2026-11-20")
    job = cases.job(home, parameters={"window_days": 14})
    assert execute(job, engine=ENGINES[-1]).error == ""
    publish(home)
    return job


@pytest.mark.parametrize("engine", ENGINES)
def test_a_report_made_again_is_equal_to_the_byte(report, engine):
    files = {path: path.read_bytes() for path in report.home.data.rglob("*") if path.is_file()}
    [job] = proof.published(report.home, [])
    assert proof.verify(job, engine) == proof.Verified(report.label, True)
    assert {path: path.read_bytes() for path in files} == files


def test_an_edited_figure_is_named_with_its_place(report):
    path = report.folder / "own.findings.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["headline"] = "better than it was"
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    with speaking("en"):
        found = proof.verify(report)
    assert not found.equal
    assert [text for text in found.differs if "headline: better than it was" in text]


def test_an_edited_page_and_a_missing_file_are_named(report):
    page = report.folder / "own.html"
    page.write_bytes(page.read_bytes().replace(b"<p>14</p>", b"<p>15</p>"))
    (report.folder / "own.findings.json").unlink()
    assert len(proof.verify(report).differs) == 2


def test_a_changed_input_is_named(report):
    cases.history(report.home, "shop_daily", "2026-11-20", b"restated")
    with speaking("en"):
        assert proof.verify(report).changed == ("the history of shop_daily has changed since",)


@pytest.mark.parametrize(
    "name", ["demo/2026-11-20/daily/own", "demo/2026-11-20", "demo/2026-11-20/daily/own.html"]
)
def test_a_report_is_named_by_its_page_or_a_folder(report, name):
    for text in (name, str(report.home.reports / name)):
        assert [job.name for job in proof.published(report.home, [text])] == ["own"]


def test_a_report_that_is_not_there_is_told(report):
    with pytest.raises(ParamsError, match="demo/1999-01-01"):
        proof.published(report.home, ["demo/1999-01-01"])
