"""How many small wrong programs the fast tests notice: a seeded sample, each in a process of its own.

`python -m benchmarks.mutation [--count 150] [--seed 1] [--seconds 1200]` writes results/mutation.md.
With `--found FILE` what was found is kept, and a run that was stopped goes on from there.
"""

import argparse
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from benchmarks.mutation.coverage import collect
from benchmarks.mutation.mutants import Mutant, sample

ROOT = Path(__file__).parents[2]
LIB = ROOT / "lib" / "shopbook"
FOLDERS = ["findings", "analysis", "metrics", "history"]
TESTS = [
    *(f"tests/unit/{folder}" for folder in (*FOLDERS, "workbook", "learn")), "tests/test_doctests.py",
    "tests/faults/test_ingest.py", "tests/faults/test_history_heals.py", "tests/faults/test_attacks.py",
    "tests/golden/test_figures_stay.py",
]  # fmt: skip
TARGET = 0.80
# Seconds of computing, which a busy machine does not change, and of waiting for what never ends.
_TEST_SECONDS, _MOST_TESTS, _CPU_LIMIT, _WAIT_LIMIT = 6.0, 60, 60, 900
_functions: list[FunctionType] = []  # every one that is imported before the first mutant


def main() -> int:
    """Draw, run, report; 1 when fewer than the target are noticed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation")
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1200, help="stop after this long")
    parser.add_argument("--tests", type=Path, help="keep or reuse the table of what each test runs")
    parser.add_argument("--found", type=Path, help="keep what was found here, and go on after it")
    parser.add_argument("--collect", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    made = Path(tempfile.mkdtemp())
    table = given.tests or made / "tests.json"
    if given.collect:
        return collect(LIB, TESTS, table)
    if "SHOPBOOK_TEST_DEMO" not in os.environ:  # by the code as it stands, once for every mutant
        sys.path.insert(0, str(ROOT / "tests"))
        importlib.import_module("demo_home").make(made / "demo")
        os.environ["SHOPBOOK_TEST_DEMO"] = str(made / "demo")
    if not table.exists():
        command = [sys.executable, "-m", "benchmarks.mutation", "--collect", "--tests", str(table)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    tests = json.loads(table.read_text(encoding="utf-8"))
    _warm()
    mutants = sample(LIB, FOLDERS, given.count, given.seed)
    found = _found(mutants, tests, given.seconds, given.found or made / "found.txt")
    text = report(found, given.seed)
    print(f"\n{text}")
    if len(found) >= 150:
        (ROOT / "benchmarks" / "results" / "mutation.md").write_text(text, encoding="utf-8", newline="\n")
    return 0 if sum(noticed for _, noticed in found) >= TARGET * len(found) else 1


def _found(
    mutants: list[Mutant], tests: dict[str, Any], seconds: float, kept: Path
) -> list[tuple[Mutant, bool]]:
    """Which mutants are noticed: a letter each in `kept`, for as long as there is time."""
    started = time.monotonic()
    letters = kept.read_text(encoding="utf-8") if kept.exists() else ""
    for mutant in mutants[len(letters) :]:
        if time.monotonic() - started > seconds:
            break
        letters += "." if _noticed(mutant, nearest(mutant, tests)) else "S"
        kept.write_text(letters, encoding="utf-8")
        print(letters[-1], end="", flush=True)
    return [(mutant, letter == ".") for mutant, letter in zip(mutants, letters, strict=False)]


def nearest(mutant: Mutant, tests: dict[str, Any]) -> list[str]:
    """The fast tests that run the changed function, quick ones first.

    Those of its module where none is known to: for a line outside, or what runs in a process of its own.
    """
    file = mutant.path.relative_to(LIB).as_posix()
    exact = f"{file}:{mutant.function.rpartition('.')[2]}"
    runs = {name: each for name, each in tests.items() if exact in each["functions"]}
    if not runs:
        runs = {
            name: each
            for name, each in tests.items()
            if any(function.startswith(f"{file}:") for function in each["functions"])
        }
    chosen, spent = [], 0.0
    for name in sorted(runs, key=lambda name: runs[name]["seconds"])[:_MOST_TESTS]:
        spent += runs[name]["seconds"]
        if chosen and spent > _TEST_SECONDS:
            break
        chosen.append(name)
    return chosen


def report(found: list[tuple[Mutant, bool]], seed: int) -> str:
    """The table by folder and the list of what nobody noticed."""
    folders = [mutant.path.relative_to(LIB).parts[0] for mutant, _ in found]
    all_of = Counter(folders)
    noticed = Counter(folder for folder, (_, seen) in zip(folders, found, strict=True) if seen)
    lines = [
        "# Mutants", "", f"`python -m benchmarks.mutation --seed {seed}`: one operator, number or condition",
        "changed; noticed by the unit tests that run the changed function.", "",
        "| folder | mutants | noticed | share |", "|---|---|---|---|",
    ]  # fmt: skip
    total = [("all", len(found), sum(seen for _, seen in found))]
    for name, count, seen in [*((each, all_of[each], noticed[each]) for each in sorted(all_of)), *total]:
        lines.append(f"| {name} | {count} | {seen} | {seen / max(count, 1):.2f} |")
    lines += ["", f"Target: {TARGET:.2f} of all. Not noticed:", ""]
    for mutant, seen in found:
        if not seen:
            place = f"{mutant.path.relative_to(LIB).as_posix()}:{mutant.line}"
            lines.append(f"- `{place}` {mutant.function}: `{' '.join(mutant.what.split())[:160]}`")
    return "\n".join(lines) + "\n"


def _noticed(mutant: Mutant, names: list[str]) -> bool:
    """Whether one of the tests fails, or never ends, on the mutant; in a forked process."""
    if not names:
        return False
    child = os.fork()
    if not child:
        os._exit(_child(mutant, names))
    ends = time.monotonic() + _WAIT_LIMIT
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _child(mutant: Mutant, names: list[str]) -> int:
    import pytest

    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    os.chdir(ROOT)
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_LIMIT, _CPU_LIMIT))
    if not _patched(mutant):
        for name in [name for name in sys.modules if name.partition(".")[0] == "shopbook"]:
            del sys.modules[name]
        sys.meta_path.insert(0, _Instead(mutant))
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *names]))


def _patched(mutant: Mutant) -> bool:
    """Give the changed function its new code where it stands; False for what only an import can change."""
    changed = [
        code
        for code in _codes(compile(mutant.source, str(mutant.path), "exec", dont_inherit=True))
        if code.co_qualname == mutant.function
    ]
    old = [
        each
        for each in _functions
        if each.__code__.co_filename == str(mutant.path) and each.__code__.co_qualname == mutant.function
    ]
    if not changed or not old or any(_same(each.__code__, changed[-1]) for each in old):
        return False
    for each in old:
        if each.__code__.co_freevars != changed[-1].co_freevars:
            return False
        each.__code__ = changed[-1]
    return True


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


def _same(one: CodeType, other: CodeType) -> bool:
    """Whether two codes do the same, whatever their lines are."""
    pairs = zip(_codes(one), _codes(other), strict=False)
    return len(list(_codes(one))) == len(list(_codes(other))) and all(
        a.co_code == b.co_code
        and [each for each in a.co_consts if not isinstance(each, CodeType)]
        == [each for each in b.co_consts if not isinstance(each, CodeType)]
        for a, b in pairs
    )


class _Instead(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Import the mutant's source in place of its module's."""

    def __init__(self, mutant: Mutant) -> None:
        parts = mutant.path.relative_to(LIB.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        super().__init__(name, str(mutant.path))
        self.source = mutant.source

    def find_spec(self, fullname: str, path: Any = None, target: ModuleType | None = None) -> Any:
        """The mutant's own module only."""
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def get_code(self, fullname: str) -> Any:
        """Never from a cache."""
        return compile(self.source, self.path, "exec", dont_inherit=True)


def _warm() -> None:
    """Everything a child needs, imported once; a mutant is then one function's code."""
    for name in ("pytest", "hypothesis"):
        importlib.import_module(name)
    for folder in [*FOLDERS, "workbook"]:
        for path in sorted((LIB / folder).rglob("*.py")):
            importlib.import_module(".".join(path.relative_to(LIB.parent).with_suffix("").parts))
    gc.collect()
    _functions.extend(each for each in gc.get_objects() if isinstance(each, FunctionType))
    gc.freeze()  # after which no object is listed any more


if __name__ == "__main__":
    sys.exit(main())
