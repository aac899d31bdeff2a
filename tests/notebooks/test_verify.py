"""Every report notebook, made again, is equal to the byte; under the other engine as well."""

import sys

import pytest

from shopbook.home import PROJECT, find_home
from shopbook.params import FAMILIES
from shopbook.run import verify as proof

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks"),
]
NOTEBOOKS = sorted(
    f"{path.parent.name}/{path.stem}"
    for family in FAMILIES
    for path in (PROJECT / "notebooks" / family).glob("*.ipynb")
)

# For every change one of each family, in the nightly run all of them.
EACH_TIME = ("daily/brief", "campaign_review/review", "product_lifecycle/overview", "periodic/weekly")


@pytest.fixture(scope="module")
def reports(demo_reports, one_warm_process):
    """The reports of the demo's newest day, every family, by name."""
    home = find_home(PROJECT, demo_reports)
    return {f"{job.family}/{job.name}": job for job in proof.published(home, [])}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in EACH_TIME else pytest.mark.nightly) for name in NOTEBOOKS],
)
def test_a_report_made_again_is_equal(reports, name):
    assert proof.verify(reports[name]).differs == ()


@pytest.mark.nightly
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_report_made_again_by_papermills_own_engine_is_equal(reports, name):
    assert proof.verify(reports[name], "papermill").differs == ()
