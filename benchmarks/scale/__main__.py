"""A shop of 5,000 items: `python -m benchmarks.scale [--items N] [--data DIR] [--quick]`."""

import argparse
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.scale import history
from benchmarks.scale.memory import peak_mb
from benchmarks.scale.run import Spent, measured

from shopbook.home import PROJECT, Home
from shopbook.yaml_file import load_yaml

RESULT = Path(__file__).parents[1] / "results" / "scale.md"
# Processor seconds that the notebooks of a family and their pages may take together.
LIMITS = {"daily": 8.0, "product_lifecycle": 15.0}
LIMIT_MB = 1024.0


def main() -> int:
    """Measure both families, print the tables and write them; 1 when a limit is passed."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="scale") as temporary:
        root = options.data or Path(temporary)
        home = Home(PROJECT, root)
        if not home.history.exists():
            began = time.process_time()
            history.write(root, options.items, options.seed)
            print(f"history of {options.items} items: {time.process_time() - began:.0f} s", flush=True)
        parts, passed = [], True
        for family, limit in LIMITS.items():
            names = [f"{family}/{name}" for name in load_yaml(home.params(f"{family}.yaml"))["notebooks"]]
            spent = measured(home, names, history.SHOP, history.DAY.isoformat())
            peaks = {
                jobs: peak_mb(home, family, history.SHOP, history.DAY.isoformat(), jobs) for jobs in (1, 2)
            }
            parts.append(_table(family, spent, limit, peaks))
            passed &= sum(each.cells + each.page for each in spent) <= limit
            passed &= max(peaks.values()) <= LIMIT_MB
            print(parts[-1], flush=True)
            for each in spent if options.cells else ():
                print(each.notebook, *(f"{seconds:.2f} {line}" for seconds, line in each.slowest), sep="\n  ")
    if not options.quick:
        RESULT.write_text("\n".join([_head(options), *parts]), encoding="utf-8")
    return 0 if passed else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale")
    parser.add_argument("--items", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--data", type=Path, help="keep the history here; used again when it is there")
    parser.add_argument("--cells", action="store_true", help="name the slowest cells too")
    parser.add_argument("--quick", action="store_true", help="300 items, nothing is written")
    options = parser.parse_args()
    if options.quick:
        options.items = min(options.items, 300)
    return options


def _head(options: argparse.Namespace) -> str:
    return (
        "# A large shop: how long and how much memory\n\n"
        f"Made by `python -m benchmarks.scale`. One shop of {options.items:,} items and "
        f"{len(history.CHANNELS)} channels, {history.DAYS} days of every export, sources of\n"
        f"{history.SOURCE_ITEMS} items, {history.WEEKS} weeks of item report and stock. Processor seconds of "
        "the cells and of the page\nas a batch runs them: what the notebooks share is loaded once before "
        "them (first row); without start-up and imports.\nMemory of `shopbook run` with all its processes "
        "at the peak.\n"
        f"{os.cpu_count()} cores, Python {platform.python_version()}, load of the machine at the end "
        f"{os.getloadavg()[0]:.1f}.\n"
    )


def _table(family: str, spent: list[Spent], limit: float, peaks: dict[int, float]) -> str:
    cells, pages = sum(each.cells for each in spent), sum(each.page for each in spent)
    rows = [
        f"| {each.notebook} | {each.cells:.2f} | {each.page:.2f} | {each.page_kb:.0f} |" for each in spent
    ]
    return "\n".join(
        [
            f"\n## {family}\n",
            "| notebook | cells, s | page, s | page, kB |",
            "|---|---|---|---|",
            *rows,
            f"| together | {cells:.2f} | {pages:.2f} | {sum(each.page_kb for each in spent):.0f} |",
            "",
            "| | measured | at most |",
            "|---|---|---|",
            f"| cells and pages, processor seconds | {cells + pages:.2f} | {limit:.0f} |",
            *(
                f"| peak memory of a run, {jobs} notebook(s) at once, MB | {peak:.0f} | {LIMIT_MB:.0f} |"
                for jobs, peak in peaks.items()
            ),
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
