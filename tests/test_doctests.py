"""The examples in docstrings of lib are true."""

import doctest
import importlib
from pathlib import Path

import pytest

import shopbook

LIB = Path(shopbook.__file__).parents[1]
MODULES = sorted(
    ".".join(path.relative_to(LIB).with_suffix("").parts)
    for path in LIB.rglob("*.py")
    if any(">>> " in line and "+SKIP" not in line for line in path.read_text(encoding="utf-8").splitlines())
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name):
    module = importlib.import_module(name)
    found = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert found.attempted > 0
    assert found.failed == 0
