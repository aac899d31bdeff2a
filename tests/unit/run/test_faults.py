"""No traceback for an operator: whatever goes wrong becomes a sentence with a file and a cure."""

import builtins
import errno
import json
import os
import subprocess
import sys

import pytest

from shopbook import __main__
from shopbook.errors import HistoryError, MachineError, RunError, machine_error
from shopbook.history.outcome import failed
from shopbook.home import PROJECT, home_at
from shopbook.run.command import cli, faults
from shopbook.text import speaking
from unit.run.test_cli import call


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "may not be read or written"),
        (errno.EROFS, "can only be read"),
        (errno.ENOENT, "There is no"),
        (errno.ENOTDIR, "is no folder"),
        (errno.EISDIR, "is a folder"),
        (errno.ENAMETOOLONG, "too long"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_refusal_of_the_machine_names_the_file_and_the_cure(number, said):
    with speaking("en"):
        text = str(machine_error(OSError(number, os.strerror(number), "data/history/x.parquet")))
    assert said in text
    assert "data/history/x.parquet" in text


def test_a_folder_that_is_gone_under_the_command_is_said():
    with speaking("en"):
        assert "started in is gone" in str(machine_error(FileNotFoundError(errno.ENOENT, "no such file")))


def test_our_own_errors_stay_as_they_are():
    error = HistoryError("no new figure")
    assert faults.told(error, None) is error


def test_a_fault_of_ours_says_so_and_where_its_log_lies(tmp_path):
    home = home_at(tmp_path)
    home.data.mkdir()
    try:
        {}["missing"]
    except KeyError as problem:
        told = faults.told(problem, home)
    assert isinstance(told, RunError)
    with speaking("en"):
        assert "fault of shopbook" in str(told)
        assert str(home.data / faults.LOG) in str(told)
    assert "KeyError: 'missing'" in (home.data / faults.LOG).read_text(encoding="utf-8")


def test_a_fault_is_shown_with_debug_only(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(cli, "delivery", lambda: 1 / 0)
    home = ("--home", str(PROJECT), "--data", str(tmp_path))
    code, out, err = call(capsys, *home, "publish")
    assert code == 1
    assert "ZeroDivisionError" in err
    assert "Traceback" not in out + err
    with pytest.raises(ZeroDivisionError):
        cli.main([*home, "publish", "--debug"])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["publish", "--home"], id="an option without its value"),
        pytest.param(["run"], id="no job"),
        pytest.param(["run", ""], id="an empty job"),
        pytest.param(["run", "."], id="a folder as job"),
        pytest.param(["run", "../../etc/passwd"], id="a job that is a path"),
        pytest.param(["run", "x" * 300 + ".ipynb"], id="a notebook with a name too long"),
        pytest.param(["run", "daily", "-p"], id="-p without anything"),
        pytest.param(["run", "daily", "--shop", ""], id="an empty shop"),
        pytest.param(["run", "daily", "--shop", "../.."], id="a shop that is a path"),
        pytest.param(["run", "daily", "--shop", "x" * 300], id="a shop with a name too long"),
        pytest.param(["run", "daily", "--shop", "\udcff"], id="bytes that are no text"),
        pytest.param(["run", "daily", "--date", "9999-99-99"], id="a day that never was"),
        pytest.param(["run", "daily", "--jobs", "999999999"], id="too many processes"),
        pytest.param(["run", "daily", "--engine", "fast"], id="an unknown engine"),
        pytest.param(["template", "market", "-o", "/nowhere/x.csv"], id="a file in no folder"),
        pytest.param(["template", "market", "-o", "/"], id="a folder as file"),
        pytest.param(["template", "market", "-o", "x.xlsx"], id="text under the name of a workbook"),
        pytest.param(["template", "nothing"], id="an unknown kind"),
        pytest.param(["check", "/nowhere/x.csv"], id="a file that is not there"),
        pytest.param(["check", "x" * 300], id="a file name too long"),
        pytest.param(["prune", "--keep-days", "99999999999"], id="days beyond the calendar"),
        pytest.param(["demo", "--days", "9999999"], id="a demo beyond the calendar"),
        pytest.param(["new-campaign", "../x"], id="a campaign that is a path"),
        pytest.param(["new-report", ""], id="a report without a name"),
        pytest.param(["mail", "--date", "yesterday"], id="a day in words"),
        pytest.param(["due", "--now", "soon"], id="a moment in words"),
        pytest.param(["due", "--now", "0001-01-01T00:00+14:00"], id="a moment before the calendar"),
    ],
)
def test_odd_arguments_end_in_a_sentence(capsys, tmp_path, words):
    code, out, err = call(capsys, "--home", str(PROJECT), "--data", str(tmp_path), *words)
    assert code in (1, 2)
    assert out + err
    assert "Traceback" not in out + err
    assert faults.LOG not in out + err


def test_a_mistyped_home_is_not_made_by_the_check_up(capsys, tmp_path):
    code, out, _ = call(capsys, "--home", str(tmp_path / "typo"), "doctor", "--json")
    checks = {each["name"]: each["ok"] for each in json.loads(out)["checks"]}
    assert code == 1
    assert False in checks.values()
    assert not (tmp_path / "typo").exists()


def test_the_check_up_changes_nothing(capsys, tmp_path):
    (tmp_path / "params").mkdir()
    call(capsys, "--home", str(tmp_path), "doctor")
    assert [path.name for path in tmp_path.rglob("*")] == ["params"]


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
    ],
    ids=["ASCII locale", "ASCII terminal"],
)
def test_a_terminal_without_chinese_is_no_fault(tmp_path, variables):
    command = [sys.executable, "-m", "shopbook", "--home", str(tmp_path), "doctor"]
    done = subprocess.run(command, env={**os.environ, **variables}, capture_output=True, check=False)
    assert b"Traceback" not in done.stdout + done.stderr
    assert done.stdout


def test_a_folder_removed_under_the_command(tmp_path):
    code = (
        "import os, sys\nos.chdir(sys.argv[1]); os.rmdir(sys.argv[1])\n"
        "from shopbook.run.command.cli import main\nmain(['--lang', 'en', 'publish'])"
    )
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run([sys.executable, "-c", code, str(gone)], capture_output=True, check=False)
    assert done.returncode == 1
    assert b"Go to another one" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("problem", [UnicodeEncodeError("ascii", "店", 0, 1, "no"), MemoryError()])
def test_other_limits_of_the_machine(problem):
    assert isinstance(faults.told(problem, None), MachineError)


def test_wrong_use_keeps_its_exit_code(capsys, tmp_path):
    assert call(capsys, "--home", str(tmp_path / "no"), "publish")[0] == 2


def test_a_command_started_without_any_stream_takes_a_file_in_all_the_same(tmp_path):
    home = home_at(tmp_path)
    (home.root / "params").mkdir()
    (home.inbox / "a").mkdir(parents=True)
    text = "统计日期,访客数,支付买家数,支付金额\n2026-11-18,6,1,9\n"
    (home.inbox / "a" / "店铺.csv").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "shopbook", "--home", str(home.root), "ingest"]
    assert subprocess.run(["sh", "-c", '"$@" <&- >&- 2>&-', "sh", *command], check=False).returncode == 0
    assert list((home.inbox / "a").iterdir()) == []


def test_an_error_that_nothing_takes_is_an_exit_code():
    command = [sys.executable, "-m", "shopbook", "--lang", "en", "trace", "nothing", "--json"]
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=PROJECT, check=False)
    assert (done.returncode in (1, 2), done.stderr) == (True, b"")


def test_a_name_the_machine_cannot_write_is_told_with_its_cure():
    with speaking("en"):
        assert "PYTHONUTF8" in failed(UnicodeEncodeError("ascii", "店", 0, 1, "ordinal")).text


def test_an_interrupt_while_a_command_is_being_loaded_shows_no_traceback(monkeypatch):
    whole = builtins.__import__

    def interrupted(name, *rest, **more):
        if name == "shopbook.run.command":
            raise KeyboardInterrupt
        return whole(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", interrupted)
    with pytest.raises(SystemExit) as left:
        __main__.main()
    assert left.value.code == 130
