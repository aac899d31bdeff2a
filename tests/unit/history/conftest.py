"""A home with one inbox, and exports typed in a test."""

import datetime as dt
import os

import pytest

from shopbook.history.inbox import ingest
from shopbook.history.store import Store
from shopbook.home import Home

TODAY = dt.date(2026, 11, 22)
SHOP_DAILY = "统计日期,访客数,支付买家数,支付金额\n"


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path, tmp_path / "data")


@pytest.fixture
def store(home):
    return Store(home.history)


@pytest.fixture
def drop(home):
    """Put a text file into the inbox of shop a; `age` makes it that many seconds older."""

    def put(name, text, *, age=0):
        folder = home.inbox / "a"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        os.utime(path, (1_790_000_000 - age, 1_790_000_000 - age))
        return path

    return put


@pytest.fixture
def take(home):
    return lambda **more: ingest(home, today=TODAY, **more)
