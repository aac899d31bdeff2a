"""The warm engine gives what papermill's own engine gives, and every notebook a process of its own."""

import copy
import os
import sys

import pytest
from nbclient.exceptions import CellTimeoutError
from papermill.engines import NBClientEngine, papermill_engines
from traitlets.config import Config

from notebooks.fixtures.cases import comparable, notebook
from papermill_warm import zygote_client
from papermill_warm.entry_point import WarmEngine

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")

CHART = """\
import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(3, 2))
ax.plot([1, 2, 3], [2, 1, 3])
ax.set_title("a title")
plt.show()"""
CELLS = {
    "print": "print('a'); print('b', flush=True); print('c')",
    "stderr after stdout": "import sys\nprint('out'); print('err', file=sys.stderr)",
    "display between prints": "print('before'); display('middle'); print('after')",
    "expression": "{'a': [1, 2.5, None]}",
    "subprocess": "import os, subprocess\nprint('1'); x = os.system('echo two; sleep 0.1'); print('3')",
    "shell": "!echo from the shell",
    "display id": "handle = display('first', display_id='one')",
    "update of an earlier cell": "handle.update('second')",
    "clear output": "from IPython.display import clear_output\nprint('gone'); clear_output(); print('stays')",
    "await": "import asyncio\nawait asyncio.sleep(0)\n'slept'",
    "task of an earlier cell": "task = asyncio.create_task(asyncio.sleep(0, 'done'))",
    "its result": "await task",
    "html": "from IPython.display import HTML, Image\ndisplay(HTML('<b>x</b>'))",
    "frame": "import pandas as pd\npd.DataFrame({'day': pd.date_range('2026', periods=2), 'v': [1, None]})",
    "wide frame": "print(pd.DataFrame([range(30)]))\npd.DataFrame([['x' * 20] * 9])",
    "options": "[pd.get_option('display.' + name) for name in ('max_columns', 'max_rows', 'width')]",
    "styled frame": "pd.DataFrame({'v': [1.234]}).style.set_uuid('u').format('{:.1f}')",
    "pyplot chart": CHART,
    "figure as result": "fig",
    "chart without show": "plt.plot([1, 2]);",
    "image": "import io\nkept = io.BytesIO(); fig.savefig(kept)\nImage(kept.getvalue())",
    "main module": "import pickle\nclass Item:\n    pass\ntype(pickle.loads(pickle.dumps(Item())))",
    "magic": "%who_ls str",
    "question mark": "len?",
    "no input": "try:\n    input('name? ')\nexcept Exception as error:\n    print(type(error).__name__)",
    "history": "In[1], len(Out) > 0",
    "history of magics": "%history -n 1-3",
    "folder": "import os\n_dh, get_ipython().starting_dir == os.getcwd()",
    "folder changed": "%cd -q /\n_dh[-1], os.getcwd()",
    "environment": "sorted((k, os.environ.get(k)) for k in ('TERM', 'PAGER', 'CLICOLOR', 'MPLBACKEND'))",
    "raw display data": "display({'application/x.own+json': {'n': 1}}, raw=True, metadata={'k': 'v'})",
    "allowed error": "print('about to fail')\n1 / 0",
    "nested error": "def f(n):\n    return {}['x' * n]\nf(2)",
    "surrogates and emoji": "print('访客 🛒')",
}  # fmt: skip
FAILING = {"allowed error", "nested error"}


def run_warm(nb, **options):
    return WarmEngine.execute_notebook(nb, "python3", progress_bar=False, **options)


@pytest.fixture(scope="module")
def both():
    nb = notebook(*CELLS.values())
    for cell, name in zip(nb.cells, CELLS, strict=True):
        cell.metadata["tags"] = ["raises-exception"] if name in FAILING else []
    os.environ.pop("PYTEST_CURRENT_TEST", None)  # under pytest ipykernel leaves the descriptors alone
    standard = NBClientEngine.execute_notebook(
        copy.deepcopy(nb),
        "python3",
        progress_bar=False,
        config=Config(KernelManager={"transport_encryption": "auto"}),
    )
    return run_warm(nb), standard


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_has_the_outputs_of_standard_papermill(both, name):
    warm, standard = (nb.cells[list(CELLS).index(name)] for nb in both)
    assert comparable(warm.outputs) == comparable(standard.outputs)
    assert warm.execution_count == standard.execution_count


def test_the_notebooks_metadata_is_the_same(both):
    warm, standard = both
    assert warm.metadata["language_info"] == standard.metadata["language_info"]
    assert [set(cell.metadata["execution"]) for cell in warm.cells] == [
        set(cell.metadata["execution"]) for cell in standard.cells
    ]


def test_every_inline_chart_is_a_picture(both):
    charts = [both[0].cells[list(CELLS).index(name)] for name in ("pyplot chart", "chart without show")]
    assert ["image/png" in cell.outputs[0].data for cell in charts] == [True, True]


def test_papermill_knows_the_engine_by_name():
    assert papermill_engines.get_engine("warm") is WarmEngine


def text(nb, cell=-1):
    return "".join(output.get("text", "") for output in nb.cells[cell].outputs)


def test_notebooks_do_not_see_each_other():
    run_warm(notebook("import builtins, os\nbuiltins.left = 1\nos.environ['LEFT'] = '1'"))
    after = run_warm(notebook("import builtins, os\nprint(hasattr(builtins, 'left'), 'LEFT' in os.environ)"))
    assert text(after) == "False False\n"


def test_random_numbers_differ_between_notebooks():
    cell = "import random, uuid\nimport numpy as np\nprint(random.random(), np.random.random(), uuid.uuid4())"
    first, second = (text(run_warm(notebook(cell))).split() for _ in range(2))
    assert all(a != b for a, b in zip(first, second, strict=True))


def test_a_seed_gives_the_numbers_it_gives_everywhere():
    import numpy as np

    np.random.seed(5)
    nb = run_warm(notebook("import numpy as np\nnp.random.seed(5)\nprint(float(np.random.random()))"))
    assert float(text(nb)) == float(np.random.random())


def test_drawing_settings_of_the_warm_up_do_not_leak():
    cell = "import matplotlib as m\nprint([k for k in m.rcParams if m.rcParams[k] != m.rcParamsDefault[k]])"
    nb = run_warm(notebook(cell))
    assert "font" not in text(nb)
    assert "axes" not in text(nb)


def test_environment_and_folder_are_the_ones_asked_for(tmp_path):
    nb = run_warm(
        notebook("import os\nprint(os.environ['COLOUR'], os.getcwd())"), env={"COLOUR": "red"}, cwd=tmp_path
    )
    assert text(nb) == f"red {tmp_path}\n"


def test_a_failing_cell_stops_the_notebook():
    nb = run_warm(notebook("1 / 0", "print('never')"))
    assert [output.ename for output in nb.cells[0].outputs] == ["ZeroDivisionError"]
    assert nb.cells[1].outputs == []


def test_a_cell_over_its_time_is_named():
    nb = notebook("print('begins')\nwhile True: pass")
    with pytest.raises(CellTimeoutError, match="after 1 seconds"):
        run_warm(nb, execution_timeout=1)
    assert text(nb, 0) == "begins\n"


def test_arrow_reads_with_threads_in_a_fork(tmp_path):
    cell = (
        "import pandas as pd\nframe = pd.DataFrame({'v': range(100_000)})\nframe.to_parquet('v.parquet')\n"
        "print(int(pd.read_parquet('v.parquet').v.sum()))"
    )
    assert text(run_warm(notebook(cell), cwd=tmp_path)) == "4999950000\n"


def test_a_subprocess_may_write_more_than_a_pipe_holds():
    nb = run_warm(notebook("import os\ncode = os.system('head -c 300000 /dev/zero')"))
    assert len(text(nb)) == 300_000


def test_what_a_client_calls_in_the_warm_process_is_there_in_its_later_forks():
    asked = notebook("import sys\nprint('tabnanny' in sys.modules)")
    assert run_warm(copy.deepcopy(asked)).cells[0].outputs[0].text == "False\n"
    warm = zygote_client.warm_process()
    warm.call("importlib:import_module", name="this_is_not_there")  # it fails, and nobody minds
    warm.call("importlib:import_module", name="tabnanny")
    assert run_warm(asked).cells[0].outputs[0].text == "True\n"
