"""No command shows an operator a traceback: refused or full disks, missing files, odd words, terminals.

Every command is called in each situation; `make nightly` adds thousands of odd words and the terminals.
"""

import builtins
import errno
import io
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from faults.test_state_files import FAULT, made_home, said_by
from shopbook.run.command import cli

COMMANDS = {
    "ingest": "ingest --shop demo",
    "check": "check {root}/new.csv",
    "undo": "undo",
    "repair": "repair",
    "publish": "publish",
    "mail": "mail --resend all",
    "actions": "actions",
    "due": "due --now 2026-11-10T03:00",
    "schedule": "schedule",
    "prune": "prune --keep-days 30",
    "new-shop": "new-shop other --name x",
    "new-campaign": "new-campaign autumn",
    "new-report": "new-report mine",
    "init": "init {root}/data/another",
    "template": "template stock -o {root}/data/stock.csv",
    "map": "map {root}/new.csv --kind stock --yes",
    "trace": "trace demo/2026-11-20/daily/own own.visitors",
    "diff": "diff demo/2026-11-20/daily/own demo/2026-11-20/daily/own -o {root}/data/diff.html",
    "verify": "verify demo/1999-01-01/daily/own",
    "run": "run daily --shop demo --date 1999-01-01",
    "doctor": "doctor",
}
REFUSALS = {
    "no right": (errno.EACCES, "may not be read or written"),
    "read only": (errno.EROFS, "can only be read"),
    "full": (errno.ENOSPC, "The disk is full"),
}
# Commands that serve, open a program or make a whole demo: called with wrong words only.
LONG = ("demo", "lab", "mcp", "watch")


@pytest.fixture
def home(tmp_path):
    place = made_home(tmp_path / "a" / "b" / "home")
    (place.root / "new.csv").write_text("货号,库存\n1,5\n", encoding="utf-8")
    (place.inbox / "demo" / "店铺.csv").write_text(
        "统计日期,访客数,支付买家数,支付金额\n2026-11-18,5,1,9\n", encoding="utf-8"
    )
    return place


def is_fine(code: int, said: str) -> bool:
    return code in (0, 1, 2) and FAULT not in said and "Traceback" not in said


def refusing(monkeypatch, root: Path, number: int) -> None:
    """Every write below `root` is refused by the machine, as a disk without room or right does."""

    def below(path: object) -> bool:
        text = os.fspath(path) if isinstance(path, (str, os.PathLike)) else ""
        return str(text).startswith(str(root)) and not str(text).endswith(".lock")

    def guard(place: object, name: str, writes) -> None:
        whole = getattr(place, name)

        def guarded(path, *rest, **more):
            if below(path) and writes(path, *rest, **more):
                raise OSError(number, os.strerror(number), os.fspath(path))
            return whole(path, *rest, **more)

        monkeypatch.setattr(place, name, guarded)

    def writes_mode(_path, mode="r", *_rest, **_more) -> bool:
        return isinstance(mode, str) and bool(set(mode) & set("wax+"))

    guard(builtins, "open", writes_mode)
    guard(io, "open", writes_mode)
    guard(os, "open", lambda _path, flags, *_rest, **_more: bool(flags & (os.O_WRONLY | os.O_RDWR)))
    for name in ("replace", "rename", "mkdir", "truncate", "link", "symlink"):
        guard(os, name, lambda *_words, **_more: True)


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_disk_that_refuses_to_be_written_is_told_by_every_command(home, monkeypatch, refusal):
    wrong, told = [], 0
    with monkeypatch.context() as patch:
        refusing(patch, home.root, REFUSALS[refusal][0])
        for name, words in COMMANDS.items():
            code, said = said_by(home, words.format(root=home.root))
            told += REFUSALS[refusal][1] in said
            if not is_fine(code, said):
                wrong.append((name, code, said[-400:]))
    assert wrong == []
    assert told >= 8


def test_whatever_lies_in_the_data_folder_may_be_missing_or_a_file(home):
    wrong = []
    for gone in ("history", "raw", "inbox", "reports", "outbox", "sent", "claims", "actions"):
        folder = home.data / gone
        for kind in ("missing", "a file"):
            shutil.move(folder, aside := home.root / "aside")
            if kind == "a file":
                folder.write_bytes(b"not a folder")
            for name, words in COMMANDS.items():
                code, said = said_by(home, words.format(root=home.root))
                if not is_fine(code, said):
                    wrong.append((gone, kind, name, code, said[-300:]))
            if folder.is_dir():
                shutil.rmtree(folder)
            else:
                folder.unlink(missing_ok=True)
            shutil.move(aside, folder)
    assert wrong == []


PLAIN = """
- -- 💥 ../.. /dev/null %s {} 2026-13-45 -1 nan 1e999 店铺 --json --shop --date 2026-11-20
--from --kind stock -p
x=1 [ * demo/2026-11-20/daily/own own.visitors --help --yes -o --lang --debug=1 *.csv ~ $HOME
"""
WORDS = [*PLAIN.split(), "", "a" * 300, "\udcff", "a\nb"]


def odd(chance: random.Random, name: str) -> list[str]:
    """A command with a few words nobody should give; one that would work for long gets one it refuses."""
    words = [chance.choice(WORDS) for _ in range(chance.randint(0, 4))]
    return [name, *words, *(["--no-such-option"] if name in (*LONG, "due", "run", "verify") else [])]


def odd_words(home, seeds: range, monkeypatch) -> list[tuple]:
    names = [command.name or command.callback.__name__ for command in cli.app.registered_commands]
    monkeypatch.chdir(home.root)
    wrong = []
    for seed in seeds:
        chance = random.Random(seed)
        words = odd(chance, chance.choice(names))
        code, said = said_by(home, words)
        if not is_fine(code, said):
            wrong.append((seed, words, code, said[-300:]))
    return wrong


def test_odd_words_are_answered_in_words(tmp_path, monkeypatch):
    place = made_home(tmp_path / "a" / "b" / "home")
    assert odd_words(place, range(150), monkeypatch) == []


@pytest.mark.nightly
def test_thousands_of_odd_words_are_answered_in_words(tmp_path, monkeypatch, capsys):
    place = made_home(tmp_path / "a" / "b" / "home")
    wrong = odd_words(place, range(150, 3_150), monkeypatch)
    with capsys.disabled():
        print(f"\nodd command lines: 3000, tracebacks or faults: {len(wrong)}")
    assert wrong == []


def started(home, words: str, folder: Path, **environ: str) -> subprocess.CompletedProcess:
    """A command as the shell starts it, from `folder`."""
    command = [
        sys.executable,
        "-m",
        "shopbook",
        "--home",
        str(home.root),
        *words.format(root=home.root).split(),
    ]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **environ}, capture_output=True, check=False, timeout=120
    )


ASCII = {
    "LC_ALL": "C",
    "LANG": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONIOENCODING": "ascii",
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == "actions" else pytest.mark.nightly) for name in COMMANDS]
)
def test_an_ascii_terminal_gets_codes_instead_of_a_traceback(home, name):
    done = started(home, COMMANDS[name], home.root, **ASCII)
    said = (done.stdout + done.stderr).decode("ascii")
    assert is_fine(done.returncode, said), said[-500:]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == "publish" else pytest.mark.nightly) for name in COMMANDS]
)
def test_a_deleted_working_folder_is_told_or_does_not_matter(home, tmp_path, name):
    gone = tmp_path / "gone"
    gone.mkdir()
    command = " ".join(
        [sys.executable, "-m", "shopbook", "--home", str(home.root), COMMANDS[name].format(root=home.root)]
    )
    done = subprocess.run(
        ["sh", "-c", f"rmdir {gone} && {command}"], cwd=gone, capture_output=True, check=False, timeout=120
    )
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert is_fine(done.returncode, said), said[-500:]


def test_new_files_obey_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        place = made_home(tmp_path / "home")
    finally:
        os.umask(before)
    files = [path for path in place.data.rglob("*") if path.is_file() and not path.name.endswith(".lock")]
    assert len(files) > 10
    assert [path for path in files if path.stat().st_mode & 0o007] == []
