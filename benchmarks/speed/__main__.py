"""How fast notebooks become pages, side by side: `python -m benchmarks.speed [--runs N] [--quick]`."""

import argparse
import importlib.util
import os
import platform
import statistics
import tempfile
from pathlib import Path

from benchmarks.speed.measure import Measure, measure
from benchmarks.speed.variants import VARIANTS
from benchmarks.speed.works import WORKS

RESULTS = Path(__file__).parents[1] / "results"
SLOW = ("shell", "library", "workers")  # a few runs say as much as many: nothing is shared between them


def main() -> None:
    """Measure in rounds, so that a busy minute of the machine touches every variant; write the tables."""
    options = _options()
    for work in options.work:
        with tempfile.TemporaryDirectory(prefix="speed") as folder:
            text = _head(work, options.rounds) + _measured(work, Path(folder), options)
        print(text, flush=True)
        if not options.quick:
            (RESULTS / f"speed_{work}.md").write_text(text, encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed")
    parser.add_argument("--runs", type=int, default=100, help="notebooks per round of the warm variants")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--growth", type=int, nargs="*", default=[10, 50, 100, 200])
    parser.add_argument("--only", nargs="*", choices=VARIANTS, help="only these variants")
    parser.add_argument("--work", nargs="*", choices=WORKS, default=list(WORKS), help="only these notebooks")
    parser.add_argument("--quick", action="store_true", help="small numbers, nothing is written")
    options = parser.parse_args()
    if options.quick:
        options.runs, options.rounds, options.growth = 12, 1, []
    return options


def _measured(work: str, folder: Path, options: argparse.Namespace) -> str:
    """One section: every variant on `work`, then the growth with the number of runs."""
    home = WORKS[work].build(folder)
    found: dict[str, list[Measure]] = {name: [] for name in options.only or VARIANTS}
    for number in range(options.rounds):
        for name in found:
            slow = 2 if options.quick else WORKS[work].slow_runs
            runs = slow if name.startswith(SLOW) else options.runs
            found[name].append(measure(name, runs, work, home))
            print(f"{work}, round {number + 1}, {name}: {found[name][-1].wall_each:.2f} s each", flush=True)
    growth = [measure("warm-2", runs, work, home) for runs in options.growth if work == "notebook"]
    return _tables(found, growth)


def _tables(found: dict[str, list[Measure]], growth: list[Measure]) -> str:
    wall, cpu = _medians(found, "wall_each"), _medians(found, "cpu_each")
    lines = [
        "| way | runs | seconds each | speed-up | processor seconds each | speed-up | peak MB |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, measures in found.items():
        times = [f"{wall[name]:.2f}", _ratio(wall, name), f"{cpu[name]:.2f}", _ratio(cpu, name)]
        peak = f"{max(each.peak_mb for each in measures):.0f}"
        lines.append("| " + " | ".join([VARIANTS[name][2], str(measures[0].runs), *times, peak]) + " |")
    lines += ["", *_targets(wall, cpu)]
    if growth:
        lines += [
            "",
            "| runs, warm engine, two processes | seconds each | processor seconds each | peak MB |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {each.runs} | {each.wall_each:.2f} | {each.cpu_each:.2f} | {each.peak_mb:.0f} |"
            for each in growth
        ]
    return "\n".join(lines) + "\n"


def _medians(found: dict[str, list[Measure]], name: str) -> dict[str, float]:
    return {
        key: statistics.median(getattr(each, name) for each in measures) for key, measures in found.items()
    }


def _ratio(values: dict[str, float], name: str) -> str:
    return f"{values['shell-1'] / values[name]:.1f}" if "shell-1" in values else "–"


def _targets(wall: dict[str, float], cpu: dict[str, float]) -> list[str]:
    """The three promises, by the clock and by processor time, which other work disturbs less."""
    if not {"shell-1", "shell-2", "warm-2", "limit-2"} <= set(wall):
        return []
    rows = [
        ("over the shell, one after another", "at least 9", "shell-1", "warm-2"),
        ("over the shell, two at a time", "at least 5", "shell-2", "warm-2"),
        ("against the limit", "at most 1.25", "warm-2", "limit-2"),
    ]
    table = [
        "| warm engine, two processes | wanted | by the clock | by processor time |",
        "|---|---|---|---|",
    ]
    for about, wanted, above, below in rows:
        by_clock, by_cpu = wall[above] / wall[below], cpu[above] / cpu[below]
        table.append(f"| {about} | {wanted} | {by_clock:.2f} | {by_cpu:.2f} |")
    return table


def _head(work: str, rounds: int) -> str:
    lab = "with" if importlib.util.find_spec("jupyterlab") else "without"
    return (
        f"# Notebook runs, how fast: {WORKS[work].title}\n\n"
        f"Made by `python -m benchmarks.speed --work {work}`. {WORKS[work].about}\n"
        "Output is the executed notebook and its page, start-up is included, median of "
        f"{rounds} round(s).\n{os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{lab} jupyterlab installed, load of the machine at the start {os.getloadavg()[0]:.1f}.\n\n"
    )


if __name__ == "__main__":
    main()
