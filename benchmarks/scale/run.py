"""Cells and page of the notebooks of a day, forked as the engine does it: processor seconds of both."""

import contextlib
import dataclasses
import gc
import io
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import nbformat

from papermill_warm import preparation, warmup
from papermill_warm.zygote import SETTINGS
from shopbook.home import Home, find_home
from shopbook.run import notebook_source, page, warm_up
from shopbook.run.job import FACADES
from shopbook.workbook import prepared


@dataclass(frozen=True)
class Spent:
    """Processor seconds of one notebook, and what its page weighs."""

    notebook: str
    cells: float
    page: float
    page_kb: float
    slowest: list[tuple[float, str]]


def measured(home: Home, notebooks: list[str], shop: str, day: str) -> list[Spent]:
    """Processor seconds of `notebooks`, all of one family, and first of what is loaded once for them.

    They run in a process of their own, which has imported everything before.
    """
    command = [sys.executable, "-m", "benchmarks.scale.run", shop, day, *notebooks]
    places = {"SHOPBOOK_HOME": str(home.root), "SHOPBOOK_DATA": str(home.data), "MPLBACKEND": "agg"}
    done = subprocess.run(command, env={**os.environ, **SETTINGS, **places}, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace")[-3000:])
    return [Spent(**json.loads(line)) for line in done.stdout.splitlines()]


def _forked(notebook: str, shop: str, day: str) -> str:
    """The measure of one notebook as JSON: start-up and imports are this process's and do not count."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(reading)
            with os.fdopen(writing, "w", encoding="utf-8") as file:
                json.dump(dataclasses.asdict(_run(notebook, shop, day)), file)
            code = 0
        except Exception as error:
            print(f"{notebook}: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as file:
        answer = file.read()
    if os.waitpid(pid, 0)[1]:
        sys.exit(1)
    return answer


def _run(name: str, shop: str, day: str) -> Spent:
    """Every code cell as the runner gives it to a kernel, outputs kept; then the page of it."""
    import shopbook.workbook  # noqa: F401  (an import, with the theme of the charts)

    notebook = notebook_source.load(find_home().notebook(f"{name}.ipynb"))
    notebook = notebook_source.injected(notebook, {"shop": shop, "date": day, "lang": "zh"})
    shell, shown = _shell()
    spent = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        began = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()) as said:
            result = shell.run_cell(cell.source)
        spent.append((time.process_time() - began, cell.source.strip().splitlines()[0][:60]))
        if not result.success:
            raise RuntimeError(f"{name}: {said.getvalue()[-2000:]}")
        cell.outputs = [
            nbformat.v4.new_output("display_data", each["data"], metadata=each.get("metadata") or {})
            for each in shown
        ]
        shown.clear()
    began = time.process_time()
    with contextlib.redirect_stderr(io.StringIO()):
        html = page.render(notebook, lang="zh")
    seconds = time.process_time() - began
    slowest = sorted(spent, reverse=True)[:3]
    return Spent(name, sum(each for each, _ in spent), seconds, len(html.encode()) / 1024, slowest)


def _shell() -> tuple[Any, list[dict[str, Any]]]:
    """A shell that runs cells and the list of what they show."""
    from IPython.core.displayhook import CapturingDisplayHook
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell

    shell, shown = InteractiveShell.instance(), []
    shell.display_pub = CapturingDisplayPublisher(parent=shell)
    shell.display_pub.outputs = shown
    shell.displayhook = shell.display_trap.hook = CapturingDisplayHook(shell=shell, outputs=shown)
    return shell, shown


def _load(shop: str, day: str, notebooks: tuple[str, ...]) -> Spent:
    """Be the process that loads the day for all of `notebooks`, ready to fork."""
    family = notebooks[0].split("/")[0]
    names = [name.split("/")[1] for name in notebooks]
    arguments = {"shop": shop, "date": day, "lang": "zh", "notebooks": names}
    asked = {"function": f"{FACADES[family]}:prepare", "arguments": arguments}
    began = time.process_time()
    preparation.load({"env": dict(os.environ), "prepare": asked})
    gc.collect()
    gc.disable()
    gc.freeze()
    if not prepared._kept:
        sys.exit("nothing was loaded for the notebooks")
    return Spent("loaded once for all", time.process_time() - began, 0.0, 0.0, [])


def main(shop: str, day: str, *notebooks: str) -> None:
    """Print one line of JSON for what is loaded once, then one a notebook."""
    with contextlib.redirect_stdout(sys.stderr):
        warmup.warm_up(warm_up.FUNCTION)
        loaded = _load(shop, day, notebooks)
    print(json.dumps(dataclasses.asdict(loaded)), flush=True)
    for name in notebooks:
        print(_forked(name, shop, day), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
