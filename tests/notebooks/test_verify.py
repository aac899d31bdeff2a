"""Every report notebook, made again, is equal to the byte; under the other engine as well."""

import shutil
import sys

import pytest

from shopbook.home import PROJECT, find_home
from shopbook.params import FAMILIES
from shopbook.run import verify as proof
from shopbook.run.batch import run_batch
from shopbook.run.plan import Request, plan
from shopbook.run.site.publish import publish

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks"),
]
NOTEBOOKS = sorted(
    f"{path.parent.name}/{path.stem}"
    for family in FAMILIES
    for path in (PROJECT / "notebooks" / family).glob("*.ipynb")
)


@pytest.fixture(scope="module")
def reports(demo_data, tmp_path_factory, one_warm_process):
    """The newest day of the demo, every family, published as on any morning."""
    data = tmp_path_factory.mktemp("verify") / "data"
    shutil.copytree(demo_data / "history", data / "history")
    home = find_home(PROJECT, data)
    jobs = [job for family in FAMILIES for job in plan(home, Request(family, shops=("demo",))).jobs]
    assert run_batch(jobs).exit_code == 0
    publish(home)
    return {f"{job.family}/{job.name}": job for job in proof.published(home, [])}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_report_made_again_is_equal(reports, name):
    assert proof.verify(reports[name]).differs == ()


@pytest.mark.nightly
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_report_made_again_by_papermills_own_engine_is_equal(reports, name):
    assert proof.verify(reports[name], "papermill").differs == ()
