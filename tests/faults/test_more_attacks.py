"""Other attacks of the same kinds as the known cases: bounded, refused or read right, told, and never run."""

import gzip
import io
import os
import socket
import subprocess
import sys
import time
import zipfile

import pytest
import xlsxwriter

from faults.test_attacks import TODAY, outcome, stored
from faults.test_attacks import home as home
from shopbook.history.inbox import ingest

HEAD = "统计日期,访客数,支付买家数,支付金额\n"
GOOD = HEAD + "2026-11-18,1000,30,3000.5\n"
LIMIT_SECONDS, LIMIT_MB = 60, 1_000


def book(change=None, rows=None) -> bytes:
    """A sheet of the shop's day; `change` edits the parts of the package."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as made:
        page = made.add_worksheet()
        for number, row in enumerate(rows or [line.split(",") for line in GOOD.splitlines()]):
            page.write_row(number, 0, row)
    if change is None:
        return data.getvalue()
    out = io.BytesIO()
    with zipfile.ZipFile(data) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, change(name, before.read(name)))
    return out.getvalue()


def sheet_with(old: bytes, new: bytes):
    return lambda name, data: data.replace(old, new) if name == "xl/worksheets/sheet1.xml" else data


def laughs(name: str, data: bytes) -> bytes:
    if name != "xl/sharedStrings.xml":
        return data
    entities = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    head, rest = data.split(b"?>", 1)
    return (
        head + b'?><!DOCTYPE sst [<!ENTITY a0 "x">' + entities + b"]>" + rest.replace(b"<t>", b"<t>&a11;", 1)
    )


def many_parts() -> bytes:
    out = io.BytesIO(book())
    with zipfile.ZipFile(out, "a") as package:
        for number in range(20_000):
            package.writestr(f"xl/x/{number}.xml", b"")
    return out.getvalue()


def declared_small() -> bytes:
    """A part whose declared size is a lie: the archive says 10 bytes, it unpacks to 300 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", b"<Types/>")
        with package.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(300):
                part.write(b" " * 1_000_000)
    return out.getvalue().replace((300_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))


FILES = {
    "entities that multiply.xlsx": lambda: book(laughs),
    "twenty thousand parts.xlsx": many_parts,
    "a lie about its size.xlsx": declared_small,
    "dimension of a whole sheet.xlsx": lambda: book(
        sheet_with(b'<dimension ref="A1:D2"/>', b'<dimension ref="A1:XFD1048576"/>')
    ),
    "a row number past the end.xlsx": lambda: book(sheet_with(b'<row r="2"', b'<row r="99999999"')),
    "a column past the end.xlsx": lambda: book(sheet_with(b'r="B2"', b'r="ZZZZZZ2"')),
    "a zip in a zip.xlsx": lambda: book(lambda name, data: book() if name.endswith("sheet1.xml") else data),
    "gzip named.csv": lambda: gzip.compress(GOOD.encode() * 50_000),
    "a quote never closed.csv": lambda: (HEAD + '2026-11-18,"' + "1" * 20_000_000).encode(),
    "utf 7.csv": lambda: GOOD.encode("utf-7"),
    "utf 32.csv": lambda: GOOD.encode("utf-32"),
    "carriage returns only.csv": lambda: (GOOD * 3).replace("\n", "\r").encode(),
    "a million headers.csv": lambda: (",".join(f"列{n}" for n in range(400_000)) + "\n1\n").encode(),
    "tags never closed.xls": lambda: b"<html><table>" + b"<tr><td>" * 200_000,
    "one long attribute.xls": lambda: b'<html><table><tr><td x="' + b"a" * 20_000_000 + b'">1</td></tr>',
    "spans of a whole sheet.xls": lambda: (
        "<html><table><tr>"
        + "".join(f'<td colspan="16384" rowspan="1048576">{n}</td>' for n in GOOD.split(","))
        + "</tr></table>"
    ).encode(),
    "a chain of sectors in a ring.xls": lambda: (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\x00\x03\x00\xfe\xff\x09\x00" + bytes(480)
        + b"\x00\x00\x00\x00" * 8_000
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_made_to_harm_is_bounded_and_told(home, name):
    (home.inbox / "a" / name).write_bytes(FILES[name]())
    began = time.monotonic()
    done = outcome(home)
    assert time.monotonic() - began <= LIMIT_SECONDS
    if done.status == "refused":
        assert stored(home) == {}
        assert len(done.problems[0].text) > 10
    else:
        assert stored(home).get("visitors", set()) <= {1000.0}


def test_none_of_them_takes_more_memory_than_the_limit(home):
    """In a process of its own, as an operator imports: a child shares what its parent holds."""
    for name, content in FILES.items():
        (home.inbox / "a" / name).write_bytes(content())
    (home.root / "params").mkdir()
    command = [sys.executable, "-m", "shopbook", "--home", str(home.root), "ingest"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 1
    assert 200 * 1024 < used.ru_maxrss <= LIMIT_MB * 1024


SIDECARS = {
    "merge keys that multiply": "a: &a {x: 1}\n" + "".join(
        f"{'abcdefghij'[n]}: &{'abcdefghij'[n]} {{<<: [{', '.join(['*' + 'abcdefghij'[n - 1]] * 20)}]}}\n"
        for n in range(1, 10)
    ),
    "an anchor in itself": "date: &a [*a]\n",
    "a number of a million digits": "item_id: " + "9" * 1_000_000 + "\n",
    "a tag": "date: !!python/object/apply:os.system ['touch pwned']\n",
    "binary": "date: !!binary |\n  " + "QUJD" * 100_000 + "\n",
    "deep maps": "".join(" " * n + "a:\n" for n in range(2_000)),
    "a million keys": "{" + ", ".join(f"k{n}: 1" for n in range(60_000)) + "}\n",
    "a date as a float": "date: 1e999\n",
}  # fmt: skip


@pytest.mark.parametrize("name", SIDECARS)
def test_a_note_beside_a_file_is_data_and_small(home, name):
    (home.inbox / "a" / "店铺.csv").write_text(GOOD, encoding="utf-8")
    (home.inbox / "a" / "店铺.csv.yaml").write_text(SIDECARS[name], encoding="utf-8")
    began = time.monotonic()
    done = outcome(home)
    assert time.monotonic() - began <= LIMIT_SECONDS
    assert done.status == "refused"
    assert stored(home) == {}
    assert "pwned" not in os.listdir(".")


def test_what_is_no_file_is_never_opened(home):
    folder = home.inbox / "a"
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    (folder / "zero.csv").symlink_to("/dev/zero")
    (folder / "folder.csv").mkdir()
    os.mkfifo(folder / "店铺.csv.yaml")
    with socket.socket(socket.AF_UNIX) as made:
        place = os.getcwd()
        os.chdir(folder)
        made.bind("socket.csv")
        os.chdir(place)
    (folder / "店铺.csv").write_text(GOOD, encoding="utf-8")
    began = time.monotonic()
    done = {each.file: each.status for each in ingest(home, shop="a", today=TODAY)}
    assert time.monotonic() - began <= LIMIT_SECONDS
    assert set(done.values()) <= {"refused", "accepted"}
    assert not [name for name in done if done[name] == "accepted" and name != "店铺.csv"]
