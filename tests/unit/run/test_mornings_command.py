"""What a person at a terminal hears from `due`, and a timer does not."""

import os

import pytest

from shopbook.run.command import cli

DAY = "统计日期,访客数,支付金额,支付买家数\n2026-11-20,900,1800,30\n"


@pytest.fixture
def called(tmp_path, monkeypatch, capsys):
    """Answers of `due` in a home with one shop, on a terminal or not."""
    (tmp_path / "params" / "shops").mkdir(parents=True)
    about = "name: a\ncategory: x\nlang: en\n"
    (tmp_path / "params" / "shops" / "a.yaml").write_text(about, encoding="utf-8")
    (tmp_path / "data" / "inbox" / "a").mkdir(parents=True)

    def call(terminal: bool) -> str:
        monkeypatch.setattr("rich.console.Console.is_terminal", terminal)
        with pytest.raises(SystemExit) as ended:
            cli.main(["--home", str(tmp_path), "--lang", "en", "due"])
        assert not ended.value.code
        return capsys.readouterr().out

    call.inbox = tmp_path / "data" / "inbox" / "a"
    return call


def test_a_person_hears_that_nothing_is_to_do_and_a_timer_nothing(called):
    assert "Nothing to do" in called(True)
    assert called(False) == ""


def test_a_person_hears_that_files_were_written_just_now(called):
    path = called.inbox / "店铺日报.csv"
    path.write_text(DAY, encoding="utf-8")
    os.utime(path)
    assert "1 files were written just now" in called(True)
    assert called(False) == ""
