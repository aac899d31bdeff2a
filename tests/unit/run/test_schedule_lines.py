"""The printed lines, read as the programs they are for read them, and run."""

import configparser
import datetime as dt
import re
import subprocess
import sys

import pytest

from shopbook.home import Home
from shopbook.run import schedule_lines

NOW = dt.datetime(2026, 12, 31, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(params=["plain", 'a "b" 100% $HOME c'], ids=["plain", "a folder of quotes and signs"])
def home(tmp_path, request):
    root = tmp_path / request.param
    (root / "params").mkdir(parents=True)
    return Home(root, root / "data")


def printed(home) -> list[str]:
    return [line.strip() for line in schedule_lines.printed(home, NOW).splitlines()]


def of_systemd(text: str) -> list[str]:
    """The words of an ExecStart line, by the rules of systemd.service(5)."""
    words = re.findall(r'"((?:[^"\\]|\\.)*)"', text)
    unescaped = (re.sub(r"\\(.)", r"\1", word) for word in words)
    return [word.replace("%%", "%").replace("$$", "$") for word in unescaped]


def of_windows(text: str) -> list[str]:
    """The words of a command line by the rules of the C runtime: \\" is a quote, a quote groups."""
    words = re.findall(r'(?:[^\s"\\]|\\(?!")|\\"|"(?:[^"\\]|\\"|\\(?!"))*")+', text)
    return [re.sub(r'\\"', "\0", word).replace('"', "").replace("\0", '"') for word in words]


def test_the_crontab_line_is_run_by_sh_with_an_empty_environment(home):
    line = next(line for line in printed(home) if line.startswith("*/5"))
    minute, hour, day, month, weekday, call = line.split(" ", 5)
    assert (minute, hour, day, month, weekday) == ("*/5", "*", "*", "*", "*")
    as_cron_reads_it = call.replace(r"\%", "%")
    home.data.mkdir()
    ran = subprocess.run(["/bin/sh", "-c", as_cron_reads_it], env={}, cwd="/", check=False)
    assert ran.returncode == 0
    assert (home.data / "due.log").read_text(encoding="utf-8") == ""
    assert (home.data / ".due.lock").exists()


def test_the_systemd_units_parse_and_call_due(home):
    lines = printed(home)
    first, end = lines.index("[Service]"), lines.index("systemctl --user enable --now shopbook.timer")
    units = configparser.ConfigParser(interpolation=None)
    units.optionxform = str
    units.read_string("\n".join(line for line in lines[first:end] if not line.startswith("~")))
    assert units["Timer"]["OnCalendar"] == "*:0/5"
    assert of_systemd(units["Service"]["ExecStart"]) == schedule_lines.command(home)


def test_windows_gets_double_quotes_only():
    program = [r"C:\my tools\shopbook.exe", "--home", r"C:\shops 1", "--data", r"C:\shops 1\data", "due"]
    line = schedule_lines.windows(program)
    assert "'" not in line
    words = of_windows(line)
    assert words[:9] == ["schtasks", "/Create", "/F", "/SC", "MINUTE", "/MO", "5", "/TN", "shopbook"]
    assert of_windows(words[-1]) == program


def test_without_a_script_the_module_is_called(home, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert schedule_lines.command(home)[:3] == [str(tmp_path / "python"), "-m", "shopbook"]


def test_the_next_times_of_each_family_stand_below(home):
    assert any(line.startswith("daily (30 8 * * *): 2027-01-01 08:30 CST") for line in printed(home))
