"""`shopbook doctor`: what a morning needs, and the cure when it is not there."""

import pytest

from shopbook.home import Home
from shopbook.run.command import checkup
from shopbook.text import speaking


@pytest.fixture
def home(tmp_path) -> Home:
    (tmp_path / "params" / "shops").mkdir(parents=True)
    return Home(tmp_path, tmp_path / "data")


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.delenv("SHOPBOOK_SMTP_HOST", raising=False)
    with speaking("en"):
        yield


def said(home: Home) -> dict[str, checkup.Check]:
    return {each.name: each for each in checkup.examine(home)}


def test_an_empty_home_is_fine_and_says_what_is_not_there_yet(home):
    found = said(home)
    assert all(check.ok is not False for check in found.values()), found
    assert found["home"].ok is True
    assert found["data"].ok is None
    assert "data/inbox" in found["history"].said
    assert ".eml" in found["mail"].said


def test_a_folder_without_params_says_how_to_make_a_home(tmp_path):
    found = said(Home(tmp_path, tmp_path / "data"))["home"]
    assert found.ok is None
    assert "shopbook init" in found.said


def test_a_home_that_is_nowhere_is_an_error(tmp_path):
    assert said(Home(tmp_path / "gone", tmp_path / "gone" / "data"))["home"].ok is False


def test_every_file_that_does_not_hold_is_named_with_its_line(home):
    (home.root / "params/shops/a.yaml").write_text("name: A\nplatform: ebay\n", encoding="utf-8")
    (home.root / "params/shops/b.yaml").write_text("targets: {pay_conversion_rate: 3}\n", encoding="utf-8")
    found = said(home)["params"]
    assert found.ok is False
    assert all(part in found.said for part in ("a.yaml", "line 2", "ebay", "b.yaml", "0.03 is 3%"))


def test_refused_files_are_counted_and_named(home):
    (home.inbox / "a").mkdir(parents=True)
    (home.inbox / "a" / "x.xlsx.reason.txt").write_text("no", encoding="utf-8")
    found = said(home)["inbox"]
    assert found.ok is False
    assert "x.xlsx" in found.said


def test_a_mail_server_that_cannot_be_meant_is_an_error(home, monkeypatch):
    monkeypatch.setenv("SHOPBOOK_SMTP_HOST", "mail.test")
    monkeypatch.setenv("SHOPBOOK_SMTP_PORT", "many")
    assert said(home)["mail"].ok is False
    monkeypatch.setenv("SHOPBOOK_SMTP_PORT", "25")
    monkeypatch.setenv("SHOPBOOK_SMTP_FROM", "bot@example.com")
    assert said(home)["mail"].said == "mail.test"
