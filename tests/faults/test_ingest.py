"""Crashes, hostile bytes and damaged files: nothing is lost, nothing half-written, never a traceback."""

import datetime as dt
import random

import pytest

from shopbook.history import dayfile
from shopbook.history.inbox import ingest
from shopbook.history.store import Store
from shopbook.home import Home

TODAY = dt.date(2026, 11, 22)
GOOD = "统计日期,访客数,支付买家数,支付金额\n2026-11-19,5,1,9\n2026-11-20,6,1,9\n"


class Crash(BaseException):
    """The process dies."""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "data" / "inbox" / "a").mkdir(parents=True)
    return Home(tmp_path, tmp_path / "data")


def put(home, name, data):
    path = home.inbox / "a" / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize(
    "step",
    [
        "shopbook.history.dayfile.flush",
        "shopbook.history.ledger.Ledger.add",
        "shopbook.history.raw.Raw.keep",
    ],
)
def test_a_crash_between_steps_loses_no_file_and_the_next_run_finishes(home, monkeypatch, step):
    put(home, "店铺.csv", GOOD)

    def dies(*_, **__):
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr(step, dies)
        with pytest.raises(Crash):
            ingest(home, today=TODAY)
    assert (home.inbox / "a" / "店铺.csv").exists()
    (done,) = ingest(home, today=TODAY)
    store = Store(home.history)
    assert done.status in ("accepted", "unchanged")
    assert store.read("a", "shop_daily")["visitors"].tolist() == [5, 6]
    assert store.restated("a") == []
    assert not list((home.inbox / "a").iterdir())


def test_a_crash_while_renaming_leaves_every_day_whole(home, monkeypatch):
    put(home, "店铺.csv", GOOD)
    original, seen = dayfile.Path.replace, []

    def dies_second(self, target):
        seen.append(target)
        if len(seen) == 2:
            raise Crash
        return original(self, target)

    with monkeypatch.context() as broken:
        broken.setattr(dayfile.Path, "replace", dies_second)
        with pytest.raises(Crash):
            ingest(home, today=TODAY)
    store = Store(home.history)
    assert store.read("a", "shop_daily")["visitors"].tolist() == [5]
    ingest(home, today=TODAY)
    assert store.read("a", "shop_daily")["visitors"].tolist() == [5, 6]


def test_a_full_disk_is_a_refusal_and_leaves_the_history_as_it_was(home, monkeypatch):
    put(home, "店铺.csv", GOOD)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(dayfile, "write_temporary", full)
        (done,) = ingest(home, today=TODAY)
    assert done.status == "refused"
    assert "No space left" in done.problems[0].text
    assert Store(home.history).kinds("a") == []


HOSTILE = {
    "empty.xlsx": b"",
    "zeros.xls": b"\x00" * 512,
    "cut.xlsx": b"PK\x03\x04\x14\x00\x06\x00",
    "cut.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100,
    "picture.xls": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "binary.csv": bytes(random.Random(3).randrange(256) for _ in range(4000)),
    "quote.csv": b'"\xe7\xbb\x9f,\n' * 50,
    "html.xls": b"<html><table><tr><td>",
    "header_only.csv": "统计日期,访客数,支付买家数\n".encode(),
    "ragged.csv": "统计日期,访客数,支付买家数\n2026-11-20\n,,,,,,\n".encode(),
    "nul.csv": "统计日期,访客数,支付买家数\n2026-11-20,\x00,1\n".encode(),
    "huge_field.csv": b"a," + b"x" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused_naming_the_file(home, name):
    put(home, name, HOSTILE[name])
    (done,) = ingest(home, today=TODAY)
    reason = (home.inbox / "a" / f"{name}.reason.txt").read_text(encoding="utf-8")
    assert done.status == "refused"
    assert reason.startswith(name)
    assert "Traceback" not in reason
    assert Store(home.history).kinds("a") == []


def test_one_bad_file_does_not_stop_the_others(home):
    put(home, "坏.xlsx", b"PK\x03\x04")
    put(home, "店铺.csv", GOOD)
    assert sorted(done.status for done in ingest(home, today=TODAY)) == ["accepted", "refused"]
