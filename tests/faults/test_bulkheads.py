"""One shop's bad thing is told for that shop; every other file and shop is taken in all the same."""

import datetime as dt
import os
import subprocess
import sys

import pytest

from shopbook.history.inbox import ingest
from shopbook.history.ledger import Ledger
from shopbook.history.store import Store
from shopbook.home import Home

TODAY = dt.date(2026, 11, 22)
GOOD = "统计日期,访客数,支付买家数,支付金额\n2026-11-20,6,1,9\n"


@pytest.fixture
def home(tmp_path):
    for shop in ("a", "b", "c"):
        (tmp_path / "data" / "inbox" / shop).mkdir(parents=True)
    put(tmp_path / "data" / "inbox" / "a" / "店铺.csv")
    put(tmp_path / "data" / "inbox" / "c" / "店铺.csv")
    return Home(tmp_path, tmp_path / "data")


def put(path, data=GOOD):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def taken(home):
    """What became of the files that are not shop a's and c's good ones, which must be taken in."""
    done = ingest(home, today=TODAY)
    good = [each for each in done if each.shop in ("a", "c") and each.file == "店铺.csv"]
    assert [each.status for each in good] == ["accepted", "accepted"]
    return [each for each in done if each not in good]


def folder_with_a_blank(home):
    (home.inbox / "my shop").mkdir()
    put(home.inbox / "my shop" / "店铺.csv")


def broken_note(home):
    put(home.inbox / "b" / "店铺.csv")
    put(home.inbox / "b" / "店铺.csv.yaml", "date: [\n")


def note_of_a_python_object(home):
    put(home.inbox / "b" / "店铺.csv")
    put(home.inbox / "b" / "店铺.csv.yaml", "!!python/object/apply:os.system ['touch pwned']\n")


def note_of_aliases(home):
    put(home.inbox / "b" / "店铺.csv")
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"] + [
        f"{new}: &{new} [*{old},*{old},*{old},*{old},*{old},*{old},*{old},*{old},*{old}]"
        for old, new in zip("abcdefghi", "bcdefghij", strict=True)
    ]
    put(home.inbox / "b" / "店铺.csv.yaml", "\n".join([*lines, "item_id: *j\n"]))


def pipe(home):
    os.mkfifo(home.inbox / "b" / "店铺.csv")


def folder(home):
    (home.inbox / "b" / "旧文件").mkdir()


def link_out(home):
    secret = put(home.root / "secret.csv")
    (home.inbox / "b" / "店铺.csv").symlink_to(secret)


def file_in_the_root(home):
    put(home.inbox / "店铺.csv")


def a_raw_folder_that_cannot_be_written(home):
    put(home.inbox / "b" / "店铺.csv")
    home.raw.mkdir()
    put(home.raw / "b", "a file where the folder must be")


BAD = (
    folder_with_a_blank, broken_note, note_of_a_python_object, note_of_aliases, pipe, folder, link_out,
    file_in_the_root, a_raw_folder_that_cannot_be_written,
)  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_what_is_wrong_with_one_shop_is_told_and_stops_no_other(home, bad):
    bad(home)
    (told,) = taken(home)
    assert told.status == "refused"
    assert len(told.problems[0].text) > 20
    assert Store(home.history).shops() == ["a", "c"]
    assert not (home.root / "pwned").exists()


def test_a_broken_shop_file_stops_nothing(home):
    (home.root / "params" / "shops").mkdir(parents=True)
    put(home.root / "params" / "shops" / "b.yaml", "name: [\n")
    put(home.inbox / "b" / "店铺.csv", GOOD.replace("统计日期", "店铺,统计日期").replace("2026", "乙店,2026"))
    put(home.inbox / "b" / "店铺2.csv", GOOD.replace("11-20", "11-19"))
    assert [each.status for each in taken(home)] == ["accepted", "accepted"]


def test_a_reason_never_follows_a_link_out_of_the_inbox(home):
    outside = put(home.root / "outside.txt", "mine")
    put(home.inbox / "b" / "坏.csv", b"PK\x03\x04")
    (home.inbox / "b" / "坏.csv.reason.txt").symlink_to(outside)
    (told,) = taken(home)
    assert told.status == "refused"
    assert outside.read_text() == "mine"
    assert "坏.csv" in (home.inbox / "b" / "坏.csv.reason.txt").read_text(encoding="utf-8")


def test_what_systems_leave_in_a_folder_is_passed_over_in_silence(home):
    for name in ("desktop.ini", "Thumbs.db", ".DS_Store", "截图.png", "截图.JPG", "~$店铺.xlsx"):
        put(home.inbox / "b" / name, b"x")
    put(home.inbox / "desktop.ini", b"x")
    assert taken(home) == []


NAMES = {
    "gbk": "店铺取数.csv".encode("gb18030"),
    "long": ("店" * 83 + "ab.csv").encode(),
    "forged": "店铺\n\x1b[32mdemo: 1 file taken in\x1b[0m.csv".encode(),
    "reversed": "店铺\u202evsc.exe.csv".encode(),
    "shell": "店铺'\"`$(touch pwned);&|.csv".encode(),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("data", [GOOD, "zeros"])
def test_odd_names_are_taken_in_or_refused_like_any_other(home, name, data):
    path = home.inbox / "b" / os.fsdecode(NAMES[name])
    put(path, data)
    (told,) = taken(home)
    assert told.status == ("accepted" if data == GOOD else "refused")
    assert told.file.isprintable()
    assert told.file.encode()
    left = sorted(os.listdir(home.inbox / "b"))
    assert len(left) == (0 if data == GOOD else 2)
    assert not ingest(home, shop="b", today=TODAY) or data != GOOD


def test_a_torn_ledger_stops_nothing_and_takes_no_line_with_it(home):
    taken(home)
    ledger = home.raw / "a" / "ledger.jsonl"
    data = ledger.read_bytes()
    ledger.write_bytes(data + data[: data.index("店".encode()) + 1])
    put(home.inbox / "a" / "店铺.csv", GOOD.replace("11-20", "11-19"))
    (done,) = ingest(home, shop="a", today=TODAY)
    assert done.status == "accepted"
    assert [entry.days for entry in Ledger(ledger).entries] == [("2026-11-20",), ("2026-11-19",)]


def test_several_imports_at_once_take_every_file_once(home):
    for day in range(1, 20):
        put(home.inbox / "b" / f"店铺{day}.csv", GOOD.replace("11-20", f"11-{day:02d}"))
    code = (
        "import sys, datetime as dt; from pathlib import Path; from shopbook.home import Home; "
        "from shopbook.history.inbox import ingest; root = Path(sys.argv[1]); "
        "print([each.status for each in ingest(Home(root, root / 'data'), today=dt.date(2026, 11, 22))])"
    )
    command = [sys.executable, "-c", code, str(home.root)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    said = [each.communicate() for each in running]
    assert [error.decode() for _, error in said] == [""] * 4
    assert sum(out.decode().count("accepted") for out, _ in said) == 21
    assert not any(b"refused" in out for out, _ in said)
    assert len(Store(home.history).days("b", "shop_daily")) == 19
