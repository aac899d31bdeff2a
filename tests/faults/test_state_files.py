"""Whatever becomes of a state file, a command heals it or names it: no traceback, no mail sent twice.

`make test` damages each file in a few ways; `make nightly` in all of them (140) and prints the counts.
"""

import contextlib
import datetime as dt
import io
import json
import random
import traceback
from pathlib import Path

import pytest

from published import home_at, report, shelve
from shopbook.history import answers, claims
from shopbook.history.inbox import ingest
from shopbook.home import Home
from shopbook.run.command import cli
from shopbook.run.mail import outbox_all
from shopbook.run.mail.outbox import Sending
from shopbook.run.mail.outbox_ledger import Ledger, record_of
from shopbook.run.morning.notes import notes_of
from shopbook.run.site.publish import publish
from shopbook.run.site.published import entries

TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
SHOP = "统计日期,访客数,支付买家数,支付金额\n2026-11-19,5,1,9\n2026-11-20,{visitors},1,9\n"
FAULT = "This is a fault of shopbook"

# The state files there are, and the commands that read each.
FILES = {
    "raw/demo/ledger.jsonl": ("undo", "ingest"),
    "history/demo/restated.jsonl": ("ingest", "repair"),
    "sent/demo.jsonl": ("mail --dry-run", "mail"),
    "actions/demo.jsonl": ("actions", "publish"),
    "claims/demo.jsonl": ("publish", "repair"),
    "reports/demo/2026-11-20/daily/run.json": ("publish", "mail --dry-run"),
    "reports/demo/2026-11-20/daily/own.findings.json": ("publish", "actions"),
    "reports/.site.json": ("publish", "actions"),
    "reports/demo/.history-hashes.json": ("publish", "repair"),
    ".due.json": ("due --now 2026-11-10T03:00", "doctor"),
}  # fmt: skip


def torn(data: bytes, chance: random.Random) -> bytes:
    """Cut inside a Chinese character where there is one."""
    inside = [at for at, each in enumerate(data) if 0x80 <= each <= 0xBF]
    return data[: chance.choice(inside)] if inside else data[: len(data) // 2]


def flipped(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    made[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(made)


def other_types(data: bytes, chance: random.Random) -> bytes:
    """Every value of another type than it was."""

    def turned(value):
        if isinstance(value, dict):
            return {name: turned(each) for name, each in value.items()} if chance.random() < 0.5 else [1]
        return {"x": 1} if isinstance(value, (str, list)) else "x"

    return b"\n".join(json.dumps(turned(json.loads(line))).encode() for line in _documents(data))


def _documents(data: bytes) -> list[bytes]:
    try:
        return [json.dumps(json.loads(data)).encode()]
    except ValueError:
        return [line for line in data.splitlines() if line.strip()]


DAMAGES = {
    "torn inside a character": torn,
    "torn anywhere": lambda data, chance: data[: chance.randrange(len(data))],
    "one bit": flipped,
    "empty": lambda data, chance: b"",
    "zeros": lambda data, chance: bytes(len(data)),
    "noise": lambda data, chance: chance.randbytes(300),
    "another encoding": lambda data, chance: data.decode().encode("gb18030"),
    "a list": lambda data, chance: b"[1, null, {}]\n",
    "null": lambda data, chance: b"null\n",
    "other types": other_types,
    "glued": lambda data, chance: data.replace(b"\n", b"") * 2,
    "deep": lambda data, chance: b"[" * 5000,
    "huge number": lambda data, chance: b'{"notebooks": {"own": 1e999}, "n": ' + b"9" * 400 + b"}",
    "a surrogate": lambda data, chance: b'{"shop": "\\ud800", "notebooks": "\\udfff"}\n',
}  # fmt: skip


def made_home(root: Path) -> Home:
    """A shop with every state file: imports, a restated day, a report, mails, answers, claims, notes."""
    home = home_at(root, demo="recipients: [{address: li@shop.test}]\nlang: en\n")
    folder = home.inbox / "demo"
    for visitors in (6, 7):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "店铺.csv").write_text(SHOP.format(visitors=visitors), encoding="utf-8")
        ingest(home, shop="demo", today=TODAY)
    own = report(headline="支付金额 12.3 万元")
    shelve(home, own)
    publish(home)
    outbox_all.deliver_all(home, entries(home.reports), Sending(now=NOW, environ={}))
    answers.answer(home, "demo", answers.Answer("1", "done", "2026-11-20", NOW.isoformat(), headline="访客"))
    claims.record(home, "demo", own.to_json())
    notes = notes_of(home)
    notes.said["demo"] = "缺店铺日报"
    notes.save()
    hashes = home.reports / "demo" / ".history-hashes.json"
    hashes.write_text('{"shop_daily/2026-11-20.parquet": [1, 2, "访客"]}', encoding="utf-8")
    return home


def said_by(home: Home, words: str | list[str]) -> tuple[int, str]:
    """Exit code and all output of a command; what escapes it is a traceback."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            given = words.split() if isinstance(words, str) else words
            cli.main(["--home", str(home.root), "--lang", "en", *given])
            code = 0
        except SystemExit as left:
            code = int(left.code or 0) if not isinstance(left.code, str) else 1
        except BaseException:
            traceback.print_exc(file=out)
            code = -1
    return code, out.getvalue()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    home = made_home(tmp_path_factory.mktemp("state"))
    assert [name for name in FILES if not (home.data / name).is_file()] == []
    return home, {name: (home.data / name).read_bytes() for name in FILES}


def damage(whole, name: str, kind: str, commands: tuple[str, ...]) -> list[str]:
    """What went wrong with one damage of one file; nothing when it was healed or named."""
    home, bytes_of = whole
    path = home.data / name
    chance = random.Random(f"{name} {kind}")
    path.write_bytes(DAMAGES[kind](bytes_of[name], chance))
    wrong = []
    for words in commands:
        code, said = said_by(home, words)
        if code not in (0, 1, 2) or FAULT in said or "Traceback" in said:
            wrong.append(f"{name}, {kind}, {words}: {code} {said[-300:]}")
    for other, data in bytes_of.items():
        (home.data / other).write_bytes(data)
    return wrong


EACH_TIME = ("torn inside a character", "other types")


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_state_file_is_healed_or_named(whole, name):
    assert [line for kind in EACH_TIME for line in damage(whole, name, kind, FILES[name][:1])] == []


@pytest.mark.nightly
def test_no_damage_of_any_state_file_ends_in_a_traceback(whole, capsys):
    cases = [(name, kind) for name in FILES for kind in DAMAGES]
    wrong = [line for name, kind in cases for line in damage(whole, name, kind, FILES[name])]
    with capsys.disabled():
        print(f"\nstate files damaged: {len(cases)}, tracebacks or faults: {len(wrong)}")
    assert len(cases) == 140
    assert wrong == []


def test_a_mail_ledger_torn_inside_a_character_sends_nothing_twice_and_loses_no_later_line(whole):
    home, bytes_of = whole
    path = record_of(home, "demo")
    path.write_bytes(bytes_of["sent/demo.jsonl"] + '{"key": "2026-11-20/daily/访'.encode()[:-1])
    before = len(list(home.outbox.rglob("*.eml")))
    step = next(iter(Ledger(path)._steps.values()))
    Ledger(path).add(step, NOW.isoformat())
    assert Ledger(path).step(step.key, step.version) == step
    said_by(home, "mail")
    assert len(list(home.outbox.rglob("*.eml"))) == before
    path.write_bytes(bytes_of["sent/demo.jsonl"])
