"""What the daily pages cost in the code of several commits: `python -m benchmarks.commits A B [C ...]`.

Each commit runs its own code and notebooks on its own history of the same demo shop. The commits take turns,
so that a busy minute of the machine touches all of them; what counts are the processor seconds (user and
system) of the command and of all processes it starts, start-up included.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "commits.md"
_HISTORY = "from pathlib import Path; from benchmarks.speed.suite import build; build(Path({folder!r}))"
_RUN = ("--lang", "en", "run", "daily", "--shop", "demo", "--force", "--jobs", "1")
PAGES = 7


def main() -> None:
    """Measure the commits in turn and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.commits")
    parser.add_argument("commits", nargs="+", help="the first is what the others are held against")
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="commits") as folder:
        trees = {commit: _tree(commit, Path(folder) / commit) for commit in options.commits}
        spent: dict[str, list[float]] = {commit: [] for commit in trees}
        for number in range(options.rounds + 1):
            for commit, tree in trees.items():
                seconds = _python(tree, "-m", "shopbook", "--data", str(tree / "made" / "data"), *_RUN)
                print(f"round {number}, {commit}: {seconds:.2f} s", flush=True)
                if number:  # the first round compiles and fills the caches of fonts
                    spent[commit].append(seconds)
    text = _table(spent)
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


def _tree(commit: str, folder: Path) -> Path:
    """The files of a commit and a history made by its own code."""
    folder.mkdir()
    archive = subprocess.run(["git", "archive", commit], check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive, check=True)
    _python(folder, "-c", _HISTORY.format(folder=str(folder / "made")))
    return folder


def _python(tree: Path, *arguments: str) -> float:
    """Processor seconds of one command on the code of `tree`."""
    surroundings = {**os.environ, "PYTHONPATH": f"{tree / 'lib'}{os.pathsep}{tree}"}
    log = tree / "log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=tree, env=surroundings, stdout=said, stderr=subprocess.STDOUT
        )
        _pid, status, used = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{arguments} ended with {status}:\n{log.read_text(encoding='utf-8')[-2000:]}")
    return used.ru_utime + used.ru_stime


def _table(spent: dict[str, list[float]]) -> str:
    first = next(iter(spent))
    lines = [
        "# The seven daily pages by commit",
        "",
        f"Made by `python -m benchmarks.commits {' '.join(spent)}`: processor seconds of "
        f"`shopbook run daily` for one shop and day, {PAGES} notebooks and pages, start-up included, "
        "the commits in turn.",
        "",
        "| commit | each round | median | a page | against the first, round by round, median |",
        "|---|---|---|---|---|",
    ]
    for commit, seconds in spent.items():
        middle = statistics.median(seconds)
        ratio = statistics.median(now / before for now, before in zip(seconds, spent[first], strict=True))
        subject = subprocess.run(
            ["git", "log", "-1", "--format=%h %s", commit], check=True, capture_output=True, text=True
        ).stdout.strip()
        each = " ".join(f"{one:.1f}" for one in seconds)
        lines.append(f"| {subject} | {each} | {middle:.2f} s | {middle / PAGES:.2f} s | {ratio:.2f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
