"""`undo`, `repair` and `verify` as an operator calls them: what was done, and whether all is well."""

import json

import pytest

from shopbook.run import verify as proof
from shopbook.run.command import cli

DAY = "2026-11-20"


@pytest.fixture
def call(capsys, tmp_path):
    """Run a command on a home of its own: exit code, what was said."""
    (tmp_path / "params").mkdir()

    def run(*words):
        with pytest.raises(SystemExit) as ended:
            cli.main(["--home", str(tmp_path), "--lang", "en", *words])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


@pytest.fixture
def taken(call, tmp_path):
    """Two imports of one shop."""
    for visitors in (900, 1_000):
        inbox = tmp_path / "data" / "inbox" / "a"
        inbox.mkdir(parents=True, exist_ok=True)
        (inbox / f"店铺日报_{visitors}.csv").write_text(
            f"统计日期,访客数,支付买家数,支付金额\n{DAY},{visitors},30,{visitors * 3}\n", encoding="utf-8"
        )
        assert call("ingest")[0] == 0
    return tmp_path / "data"


def test_the_newest_import_is_taken_back_by_its_name(call, taken):
    code, said = call("undo", "--json")
    newest = json.loads(said)["imports"][-1]
    assert (code, newest["files"]) == (0, ["店铺日报_1000.csv"])
    code, said = call("undo", newest["id"])
    assert code == 0
    assert f"店铺日报_1000.csv is taken back: shop daily sheet {DAY} as before." in said
    assert json.loads(call("undo", "--json")[1])["imports"][-1]["files"] == ["店铺日报_900.csv"]


def test_a_damaged_day_is_made_anew_from_its_raw_file(call, taken):
    (path,) = (taken / "history").rglob(f"{DAY}*.parquet")
    path.write_bytes(path.read_bytes()[:-40])
    ledger = taken / "raw" / "a" / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes() + b'{"id": "torn\n')
    code, said = call("repair")
    assert code == 0
    assert f"a shop daily sheet {DAY} was damaged and is made anew from data/raw/." in said
    assert "ledger.jsonl: 1 damaged lines put aside in ledger.jsonl.torn." in said


def test_a_damaged_day_whose_raw_file_is_gone_names_what_to_import(call, taken):
    (path,) = (taken / "history").rglob(f"{DAY}*.parquet")
    path.write_bytes(path.read_bytes()[:-40])
    for raw in (taken / "raw" / "a").rglob("*店铺日报_1000*"):
        raw.unlink()
    code, said = call("repair")
    assert code == 1
    assert "Missing in data/raw/: 店铺日报_1000.csv. Import these files again." in said


def test_verify_says_of_each_report_whether_it_is_equal_and_what_changed(call, monkeypatch):
    found = {
        "a/own": proof.Verified("a/own", True),
        "a/brief": proof.Verified("a/brief", False, ("own.html differs",), ("pandas was 3.0",)),
    }
    monkeypatch.setattr(proof, "published", lambda *asked: list(found))
    monkeypatch.setattr(proof, "verify", lambda job, engine: found[job])
    code, said = call("verify")
    assert code == 1
    assert [line.strip() for line in said.splitlines()] == [
        "a/own: equal to the byte", "a/brief: differs", "own.html differs", "pandas was 3.0",
        "1 of 2 reports are equal to the byte.",
    ]  # fmt: skip
    del found["a/brief"]
    assert call("verify")[0] == 0
