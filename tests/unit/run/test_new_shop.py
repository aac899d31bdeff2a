"""Setting up a shop: the file that is written holds, whatever was typed, and brings nobody else's readers."""

import json

import pytest
import yaml

from shopbook.errors import ParamsError
from shopbook.home import PROJECT, Home
from shopbook.params import campaign_settings, family_file, shop_settings
from shopbook.run.command.console import Session
from shopbook.run.command.new import new_campaign
from shopbook.run.command.new_shop import Wanted, new_shop
from shopbook.run.mail import outbox
from shopbook.run.mail.outbox import Sending, deliver
from shopbook.run.site.published import entry_at


@pytest.fixture
def home(tmp_path):
    (tmp_path / "params").mkdir()
    return Home(tmp_path, tmp_path / "data")


def make(home, shop, capsys, **values):
    with pytest.raises(SystemExit) as ended:
        new_shop(Session(home, as_json=True), shop, Wanted(**values))
    assert ended.value.code == 0
    return json.loads(capsys.readouterr().out)


def test_flags_become_the_file_and_the_drop_folder(home, capsys):
    people = ("li@shop.test:promotion+design", "wang@shop.test")
    made = make(home, "yy", capsys, name="丫丫 #1: 店", category="家居杯壶", recipients=people, platform="jd")
    found = shop_settings(home, "yy")
    assert (found.name, found.category, found.platform) == ("丫丫 #1: 店", "家居杯壶", "jd")
    assert [(r.address, r.roles) for r in found.recipients] == [
        ("li@shop.test", ("promotion", "design")),
        ("wang@shop.test", ()),
    ]
    assert found.owner_address == "li@shop.test"
    assert (home.inbox / "yy").is_dir()
    assert made["file"].endswith("yy.yaml")


def test_without_a_word_the_file_holds_defaults_and_nobody_gets_mail(home, capsys):
    make(home, "1212", capsys)
    found = shop_settings(home, "1212")
    assert (found.name, found.recipients, found.owner_address) == ("1212", (), "")


def test_the_hour_goes_into_the_homes_schedule(home, capsys):
    make(home, "yy", capsys, at="07:05")
    schedule = family_file(home, "daily").schedule
    assert (schedule.cron, schedule.deadline) == ("5 7 * * *", "09:05")


@pytest.mark.parametrize(
    ("shop", "values", "message"),
    [
        pytest.param("yy", {"recipients": ("li at shop",)}, "no mail address|不是邮箱", id="address"),
        pytest.param("yy", {"timezone": "Mars"}, "Mars", id="time zone"),
        pytest.param("yy", {"at": "8.30"}, "8.30", id="time"),
    ],
)
def test_what_does_not_hold_writes_no_file(home, shop, values, message):
    with pytest.raises(ParamsError, match=message):
        new_shop(Session(home), shop, Wanted(**values))
    assert not list(home.root.glob("params/shops/*.yaml"))


def test_a_shop_that_is_there_is_not_overwritten(home, capsys):
    make(home, "yy", capsys)
    with pytest.raises(ParamsError, match=r"yy\.yaml"):
        new_shop(Session(home), "yy", Wanted())


@pytest.mark.parametrize("campaign", ["1212", "0012", "on", "double-12"])
def test_a_new_campaign_is_accepted_whatever_its_name_looks_like(home, campaign):
    with pytest.raises(SystemExit):
        new_campaign(Session(home, as_json=True), campaign)
    assert campaign_settings(home, campaign).name == campaign


def test_a_shop_file_copied_from_the_demo_mails_nobody(home, monkeypatch):
    from published import report, shelve

    demo = (PROJECT / "params" / "shops" / "demo.yaml").read_text(encoding="utf-8")
    folder = home.root / "params" / "shops"
    folder.mkdir()
    (folder / "real.yaml").write_text(demo, encoding="utf-8")
    shelve(home, report(shop="real"))
    monkeypatch.setattr(outbox, "hand_over", pytest.fail)
    environ = {"SHOPBOOK_SMTP_HOST": "smtp.shop.test", "SHOPBOOK_SMTP_FROM": "bot@shop.test"}
    entry = entry_at(home.reports, "real", "2026-11-20", "daily")
    found = deliver(home, entry, shop_settings(home, "real"), Sending(environ=environ))
    assert {each.state for each in found} == {"written"}
    assert len(found) == len(yaml.safe_load(demo)["recipients"])
