"""Which functions of lib every fast test runs, and how long it computes: the tests nearest to a mutant."""

import json
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import pytest


class Plugin:
    """A pytest plugin that writes {test: {seconds, functions}}; a function is file:name."""

    def __init__(self, lib: Path, target: Path) -> None:
        self.lib, self.target = f"{lib}/", target
        self.tests: dict[str, dict[str, Any]] = {}
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that fails as things are says nothing of a mutant."""
        if report.failed:
            self.failed.add(report.nodeid)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        """One test, its setup included."""
        seen: set[tuple[str, str]] = set()
        start = len(self.lib)

        def called(frame: FrameType, event: str, _: Any) -> None:
            if event == "call" and frame.f_code.co_filename.startswith(self.lib):
                seen.add((frame.f_code.co_filename[start:], frame.f_code.co_name))

        before = time.process_time()
        sys.setprofile(called)
        yield
        sys.setprofile(None)
        functions = sorted(f"{file}:{name}" for file, name in seen)
        self.tests[item.nodeid] = {"seconds": time.process_time() - before, "functions": functions}

    def pytest_sessionfinish(self) -> None:
        """Keep what was seen."""
        good = {name: each for name, each in self.tests.items() if name not in self.failed}
        self.target.write_text(json.dumps(good), encoding="utf-8")


def collect(lib: Path, paths: list[str], target: Path) -> int:
    """Run the tests once with the plugin."""
    return int(pytest.main(["-q", "-p", "no:cacheprovider", *paths], plugins=[Plugin(lib, target)]))
