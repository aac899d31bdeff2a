"""Every shipped notebook shows the same under the warm engine and standard papermill, pictures included."""

import copy
import os
import shutil
import sys

import pytest
from papermill.engines import NBClientEngine
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from traitlets.config import Config

from notebooks.fixtures.cases import comparable
from papermill_warm import zygote_client
from papermill_warm.entry_point import WarmEngine
from shopbook.home import PROJECT, find_home
from shopbook.run import notebook_source, warm_up
from shopbook.run.job import FACADES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks"),
]
NOTEBOOKS = sorted(
    path.relative_to(PROJECT / "notebooks")
    for path in (PROJECT / "notebooks").glob("*/*.ipynb")
    if path.parent.name != "custom" and not path.name.startswith("scratch_")
)


# For every change the page with most cells and a lesson, in the nightly run all of them.
EACH_TIME = {"daily/brief", "onboarding/04_presale"}
SHOWN = [
    pytest.param(
        name, id=str(name), marks=() if str(name.with_suffix("")) in EACH_TIME else pytest.mark.nightly
    )
    for name in NOTEBOOKS
]


@pytest.fixture(scope="module")
def demo(demo_data, tmp_path_factory):
    """The demo shop with its history; the environment a shell user exports."""
    home = find_home(PROJECT, tmp_path_factory.mktemp("demo"))
    shutil.copytree(demo_data / "history", home.history)
    env = {
        "SHOPBOOK_HOME": str(home.root),
        "SHOPBOOK_DATA": str(home.data),
        "OPENBLAS_NUM_THREADS": "1",  # sums over threads differ in the last digit; a fork has one
    }
    before = {name: os.environ.get(name) for name in env}
    os.environ.update(env)
    zygote_client.adopt(None)  # a warm process with this environment
    yield home
    zygote_client.adopt(None)
    for name, value in before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


@pytest.mark.parametrize("name", SHOWN)
def test_a_shipped_notebook_shows_the_same(demo, name):
    nb = load_notebook_node(str(PROJECT / "notebooks" / name))
    given = {"shop": "demo", "date": "2026-11-20"}
    names = notebook_source.declared(nb, str(name)) if name.parts[0] != "onboarding" else {}
    nb = parameterize_notebook(nb, {key: value for key, value in given.items() if key in names})
    folder = str((PROJECT / "notebooks" / name).parent)
    standard = NBClientEngine.execute_notebook(
        copy.deepcopy(nb),
        "python3",
        progress_bar=False,
        resources={"metadata": {"path": folder}},
        config=Config(KernelManager={"transport_encryption": "auto"}),
    )
    for prepare in _ways(name):
        warm = WarmEngine.execute_notebook(
            copy.deepcopy(nb),
            "python3",
            progress_bar=False,
            cwd=folder,
            prepare=prepare,
            warm_up=warm_up.FUNCTION,
        )
        assert len(warm.cells) == len(standard.cells)
        for mine, theirs in zip(warm.cells, standard.cells, strict=True):
            assert comparable(mine.get("outputs", [])) == comparable(theirs.get("outputs", [])), mine.source


def _ways(name):
    """What is loaded before a notebook: what its family shares, as in a batch; for some also nothing."""
    family = name.parts[0]
    if family not in FACADES:
        return [None]
    names = [each.stem for each in NOTEBOOKS if each.parts[0] == family]
    asked = {"shop": "demo", "date": "2026-11-20", "notebooks": names}
    whole = {"function": f"{FACADES[family]}:prepare", "arguments": asked}
    return [whole, None] if name.stem in ("brief", "overview") else [whole]
