"""What tests share: tests/ and benchmarks/ to import from, and one small demo home that nobody may change."""

import datetime as dt
import gc
import os
import shutil
import sys
from pathlib import Path

import filelock
import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1]))  # benchmarks/

from papermill_warm.quick_import import import_jsonschema
from papermill_warm.zygote import SETTINGS
from shopbook.text import speaking

# Algebra gets one thread, as in the engine: those of two workers would wait for each other. numpy reads it
# once, when the first of the folders below imports it.
os.environ.update({name: value for name, value in SETTINGS.items() if name.endswith("_NUM_THREADS")})
import_jsonschema()


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share what a module or folder made stay on one worker (--dist loadgroup): made once."""
    for item in items:
        known = getattr(item, "_fixtureinfo", None)
        made = [each[-1] for each in known.name2fixturedefs.values()] if known else []
        if any(each.scope == "module" for each in made):
            item.add_marker(pytest.mark.xdist_group(item.location[0]))
        elif folder := next(
            (each.baseid for each in made if each.scope == "session" and "/" in each.baseid), ""
        ):
            item.add_marker(pytest.mark.xdist_group(folder))


def pytest_configure() -> None:
    """Wait for no disk: a test may kill a process, but never takes the machine's power."""
    os.fsync = lambda file: None


def pytest_collection_finish() -> None:
    """Tests and libraries stay to the end: neither this process nor its many forks look for garbage there."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, default=None, help="play one seed of the simulator again")


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory) -> Path:
    """The data folder of two ingested demo shops over 66 days; shared by every worker, read only.

    SHOPBOOK_TEST_DEMO names one that was made before.
    """
    import demo_home

    if given := os.environ.get("SHOPBOOK_TEST_DEMO"):
        return Path(given)
    shared = _shared(tmp_path_factory) / "demo"
    with filelock.FileLock(f"{shared}.lock"):
        if not (shared / "ready").exists():
            demo_home.make(shared)
            (shared / "ready").touch()
    return shared


@pytest.fixture(scope="session")
def demo_reports(demo_data, tmp_path_factory) -> Path:
    """The data folder of shop `demo` with every report of its newest day published; shared, read only."""
    from shopbook.home import PROJECT, find_home
    from shopbook.params import FAMILIES
    from shopbook.run.batch import run_batch
    from shopbook.run.plan import Request, plan
    from shopbook.run.site.publish import publish

    shared = _shared(tmp_path_factory) / "reports"
    with filelock.FileLock(f"{shared}.lock"):
        if not (shared / "ready").exists():
            shutil.copytree(demo_data / "history", shared / "history")
            home = find_home(PROJECT, shared)
            asked = [Request(name, ("demo",), lang="zh") for name in FAMILIES if name != "custom"]
            result = run_batch([job for each in asked for job in plan(home, each).jobs])
            assert {each.job.name: each.error for each in result.results if each.status != "done"} == {}
            publish(home)
            (shared / "ready").touch()
    return shared


def _shared(tmp_path_factory) -> Path:
    """A folder of the test run that all its workers see."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture
def demo_copy(demo_data, tmp_path) -> Path:
    """A data folder with the demo's history that a test may change."""
    shutil.copytree(demo_data / "history", tmp_path / "data" / "history")
    return tmp_path / "data"


@pytest.fixture
def facts(demo_data):
    """The facts of demo shop `demo` on its newest day."""
    from shopbook.history.store import Store
    from shopbook.home import find_home
    from shopbook.workbook.daily import facts_of

    home = find_home(data=demo_data)
    return facts_of(home, Store(home.history), "demo", dt.date(2026, 11, 20))


@pytest.fixture(scope="session")
def _warm_process():
    """A process that has imported what notebooks need: a start costs more than most tests."""
    from papermill_warm import zygote_client
    from shopbook.run import warm_up

    zygote = zygote_client.start(warm_up.FUNCTION)
    yield zygote
    zygote.close()


@pytest.fixture(scope="module")
def one_warm_process(_warm_process):
    """Batches fork from the warm process of the test run, which outlives them; a dead one is replaced."""
    from papermill_warm import zygote_client
    from shopbook.run.workers import Pool

    start, close = zygote_client.start, Pool.close

    def begun(warm_up: str = "") -> zygote_client.Zygote:
        return _warm_process if _warm_process.alive else start(warm_up)

    def closed(pool: Pool) -> None:
        pool.zygote = None if pool.zygote is _warm_process else pool.zygote
        close(pool)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zygote_client, "start", begun)
        patch.setattr(Pool, "close", closed)
        yield


@pytest.fixture(autouse=True)
def _chinese():
    """Every test begins in Chinese, whatever the one before chose."""
    from shopbook.text import set_language

    set_language("zh")


@pytest.fixture
def english():
    """Sentences in English; a module of tests that reads them says so once with `usefixtures`."""
    with speaking("en"):
        yield
