"""One demo inbox of five weeks and the worlds behind half a year, made once."""

from pathlib import Path

import pytest

from shopbook.demo import generate
from shopbook.demo.generator import NEWEST
from shopbook.demo.world import World, build


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home") / "data" / "inbox"
    generate(folder, days=35)
    return folder


@pytest.fixture(scope="session")
def demo() -> World:
    return build("demo", days=182, end=NEWEST, seed=7)


@pytest.fixture(scope="session")
def demo_b() -> World:
    return build("demo-b", days=182, end=NEWEST, seed=7)
