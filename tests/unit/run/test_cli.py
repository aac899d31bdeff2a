"""The command line: exit codes, one clear message, JSON, global options anywhere."""

import json
import subprocess
import sys

import pytest

from shopbook.home import PROJECT
from shopbook.run.command import cli


def call(capsys, *words: str) -> tuple[int, str, str]:
    """Run a command in this process: exit code, standard output, standard error."""
    with pytest.raises(SystemExit) as ended:
        cli.main(list(words))
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run", "daily", "--home", "x"], ["--home", "x", "run", "daily"]),
        (
            ["run", "daily", "--lang=en", "-p", "window_days", "14"],
            ["--lang=en", "run", "daily", "-p", "window_days=14"],
        ),
        (["run", "daily", "-p", "name=value"], ["run", "daily", "-p", "name=value"]),
    ],
)
def test_global_options_stand_anywhere(words, expected):
    assert cli.arranged(words) == expected


def test_every_command_has_help_and_is_in_the_docs(capsys):
    docs = (PROJECT / "docs" / "contracts.md").read_text(encoding="utf-8")
    names = [command.name or command.callback.__name__ for command in cli.app.registered_commands]
    assert len(names) > 15
    for name in names:
        code, out, _ = call(capsys, name, "--help")
        assert code == 0
        assert "--json" in out
        assert f"`{name}" in docs, f"{name} is not in docs/contracts.md"


def test_help_needs_no_home(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHOPBOOK_HOME", raising=False)
    monkeypatch.delenv("SHOPBOOK_DATA", raising=False)
    assert call(capsys, "due", "--help")[0] == 0
    assert call(capsys, "--home", "nowhere", "run", "--help")[0] == 0
    assert call(capsys, "due")[0] == 2


@pytest.mark.parametrize(
    ("words", "code", "found"),
    [
        pytest.param(["run", "daily", "-p", "windowdays", "14"], 2, "windowdays", id="unknown parameter"),
        pytest.param(["run", "daily", "-p", "window_days", "many"], 2, "many", id="mistyped parameter"),
        pytest.param(["run", "daily", "--date", "2026-13-01"], 2, "2026-13-01", id="bad day"),
        pytest.param(["run", "weekly_report"], 2, "weekly_report", id="unknown job"),
        pytest.param(
            ["run", "daily", "--from", "2026-11-20", "--to", "2026-11-10"], 2, "2026-11-10", id="span"
        ),
        pytest.param(["run", "notebooks/daily/nix.ipynb"], 2, "nix.ipynb", id="no such notebook"),
        pytest.param(["run", "campaign_review", "--campaign", "nix"], 2, "nix.yaml", id="no such campaign"),
        pytest.param(["undo", "nix"], 2, "nix", id="no such import"),
        pytest.param(["new-shop", "../nix"], 2, "../nix", id="no such shop id"),
        pytest.param(["--lang", "fr", "doctor"], 2, "fr", id="unknown language"),
        pytest.param(["frobnicate"], 2, "frobnicate", id="unknown command"),
        pytest.param(["run", "daily"], 1, "ingest", id="nothing to run on"),
        pytest.param(["run", "daily", "--shop", "nobody"], 1, "nobody", id="a shop without data"),
    ],
)
def test_wrong_use_is_one_clear_message(capsys, tmp_path, words, code, found):
    ended, out, err = call(capsys, "--home", str(PROJECT), "--data", str(tmp_path), *words)
    assert ended == code
    assert found in out + err
    assert "Traceback" not in out + err


@pytest.mark.parametrize(
    ("variable", "option", "said"),
    [("en", [], "use letters"), ("en", ["--lang", "zh"], "字母"), ("", [], "字母")],
)
def test_the_environment_chooses_the_language_and_an_option_goes_before_it(
    capsys, tmp_path, monkeypatch, variable, option, said
):
    monkeypatch.setenv("SHOPBOOK_LANG", variable)
    (tmp_path / "params").mkdir()
    code, out, err = call(capsys, *option, "--home", str(tmp_path), "new-report", "a/b")
    assert code == 2
    assert said in out + err


def test_json_is_one_document(capsys, tmp_path):
    code, out, _ = call(capsys, "--data", str(tmp_path), "run", "daily", "--date", "x", "--json")
    assert code == 2
    assert "x" in json.loads(out)["error"]


def test_a_refused_file_stays_with_its_reason_and_the_history_untouched(capsys, tmp_path):
    inbox = tmp_path / "inbox" / "demo"
    inbox.mkdir(parents=True)
    (inbox / "notes.xlsx").write_bytes(b"\x00\x01 no export")
    code, out, _ = call(capsys, "--data", str(tmp_path), "ingest")
    assert code == 1
    assert "notes.xlsx" in out
    assert (inbox / "notes.xlsx.reason.txt").read_text(encoding="utf-8")
    assert not list((tmp_path / "history").rglob("*.parquet"))


def test_a_template_is_read_back(capsys, tmp_path):
    path = tmp_path / "market.csv"
    assert call(capsys, "template", "market", "-o", str(path))[0] == 0
    code, out, _ = call(capsys, "check", str(path), "--json")
    assert (code, json.loads(out)["files"][0]["kind"]) == (0, "market")


def test_new_campaign_writes_a_file_that_holds(capsys, tmp_path):
    (tmp_path / "params").mkdir()
    assert call(capsys, "--home", str(tmp_path), "new-campaign", "spring")[0] == 0
    from shopbook.home import find_home
    from shopbook.params import campaign_settings

    assert campaign_settings(find_home(tmp_path), "spring").name == "spring"
    code, _, err = call(capsys, "--home", str(tmp_path), "new-campaign", "spring")
    assert code == 2
    assert "spring.yaml" in err


def test_the_installed_command_starts(tmp_path):
    command = [sys.executable, "-m", "shopbook", "--data", str(tmp_path), "doctor", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    checks = {each["name"]: each for each in json.loads(done.stdout)["checks"]}
    assert checks["Python"]["ok"]
    assert done.returncode == 0, checks
