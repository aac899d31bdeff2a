"""One call of `due`: what it takes in, makes, sends and says, at every step and in every order."""

import datetime as dt
import errno
import os
from pathlib import Path

import filelock
import pytest

from published import home_at, report, shelve
from shopbook.home import Home
from shopbook.run import manifest
from shopbook.run.batch_result import BatchResult
from shopbook.run.job import NotebookResult
from shopbook.run.mail import outbox_all
from shopbook.run.mail.outbox import Sending
from shopbook.run.morning import glance
from shopbook.run.morning.arrivals import Doorkeeper
from shopbook.run.morning.morning import Hands, morning
from shopbook.run.morning.notes import Notes
from shopbook.run.plan import plan

SHOP = "name: 山茶\nrecipients: [{address: ops@shop.test}]\n"
DAY = "日期,访客数,支付金额\n{day},{visitors},{amount}\n"
FAMILY = """\
notebooks: [own]
schedule: {cron: "30 8 * * *", timezone: Asia/Shanghai, deadline: "10:30", needs: [shop_daily]}
"""


pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with the shop demo, whose only family is daily."""
    monkeypatch.setattr("shopbook.run.schedule.FAMILIES", ("daily",))
    home = home_at(tmp_path, demo=SHOP)
    (home.root / "params" / "daily.yaml").write_text(FAMILY, encoding="utf-8")
    return home


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-11-{text}:00+08:00")


def drop(home: Home, arrived: str, name: str = "", shop: str = "demo", day: str = "", visitors=900) -> Path:
    """A shop daily export that was written at `arrived`, for the day before unless another is given."""
    moment = at(arrived)
    day = day or (moment - dt.timedelta(days=1)).date().isoformat()
    path = home.inbox / shop / (name or f"店铺日报_{day}.csv")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(DAY.format(day=day, visitors=visitors, amount=visitors * 2.5), encoding="utf-8")
    os.utime(path, (moment.timestamp(), moment.timestamp()))
    return path


class World:
    """Notebooks that write a small report of the history as it is, and a record of all that happened."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.ran: list[str] = []
        self.published = 0
        self.fails: set[str] = set()

    def due(self, moment: str):
        now = at(moment)
        outbox = Sending(environ={}, now=now, sleep=lambda seconds: None)

        def run(requests):
            jobs = [job for request in requests for job in plan(self.home, request, now=now).jobs]
            return BatchResult(tuple(map(self._notebook, jobs)))

        def publish():
            self.published += 1
            return ()

        def deliver(entries):
            return outbox_all.deliver_all(self.home, entries, outbox)

        return morning(self.home, now, Hands(run, publish, deliver))

    def _notebook(self, job):
        seal = manifest.fingerprint(manifest.inputs(self.home, job.shop, job.date))
        known = manifest.read_run(job.folder).get("notebooks", {}).get(job.name, {})
        if known.get("fingerprint") == seal:
            return NotebookResult(job, "skipped")
        status = "failed" if job.shop in self.fails else "done"
        if status == "done":
            shelve(self.home, report(job.shop, job.date, headline=seal[:12]))
        manifest.Claim(job.folder, job.name).record({}, {"status": status, "error": "", "fingerprint": seal})
        self.ran.append(f"{job.shop} {job.date}")
        return NotebookResult(job, status, error="it broke" if status == "failed" else "")

    @property
    def mails(self) -> list[str]:
        return sorted(path.name for path in self.home.outbox.glob("*/*.eml"))


@pytest.fixture
def world(home):
    return World(home)


def test_from_the_file_to_the_mail_in_one_call(home, world):
    drop(home, "21T08:00")
    outcome = world.due("21T08:35")
    assert (world.ran, world.published, len(world.mails)) == (["demo 2026-11-20"], 1, 1)
    assert outcome.lines == [
        "demo: 1 files taken in; Shop daily 2026-11-20 made, 1 pages; 1 mails written to the outbox"
    ]
    assert not outcome.failed


def test_a_second_call_does_nothing_and_says_nothing(home, world):
    drop(home, "21T08:00")
    world.due("21T08:35")
    before = (home.data / ".due.json").stat().st_mtime_ns
    outcome = world.due("21T08:40")
    assert (outcome.lines, outcome.failed, world.ran, world.published) == ([], False, ["demo 2026-11-20"], 1)
    assert (home.data / ".due.json").stat().st_mtime_ns == before


def test_files_are_taken_in_before_the_hour_and_reported_at_it(home, world):
    drop(home, "21T06:00")
    assert world.due("21T07:00").lines == ["demo: 1 files taken in"]
    assert world.due("21T08:30").lines == [
        "demo: Shop daily 2026-11-20 made, 1 pages; 1 mails written to the outbox"
    ]


def test_a_file_younger_than_two_minutes_waits(home, world):
    drop(home, "21T08:34")
    assert world.due("21T08:35").lines == []
    assert len(world.due("21T08:36").lines) == 1


def test_a_file_dated_in_the_future_is_taken_when_it_is_the_same_a_minute_later(home, world):
    drop(home, "21T23:00", day="2026-11-20")
    assert world.due("21T08:35").lines == []
    assert world.due("21T08:35").lines == []
    assert "1 files taken in" in world.due("21T08:36").lines[0]


def test_a_file_that_still_grows_is_not_taken(home, world):
    drop(home, "21T23:00", day="2026-11-20")
    world.due("21T08:35")
    path = drop(home, "21T23:00", day="2026-11-20")
    path.write_text(path.read_text(encoding="utf-8") + "2026-11-19,800,2000\n", encoding="utf-8")
    assert world.due("21T08:36").lines == []
    assert "1 files taken in" in world.due("21T08:37").lines[0]


def test_a_report_waits_while_another_file_is_arriving(home, world):
    drop(home, "21T08:00")
    drop(home, "21T08:34", name="店铺日报_b.csv", day="2026-11-19")
    assert world.due("21T08:35").lines == [
        "demo: 1 files taken in; Shop daily 2026-11-20 waits for files that are still arriving"
    ]
    assert world.due("21T08:35").lines == []
    assert "made, 1 pages" in world.due("21T08:40").lines[0]


def test_a_workbook_that_broke_off_waits_for_the_deadline_and_is_then_named(home, world):
    drop(home, "21T08:00")
    half = home.inbox / "demo" / "商品.xlsx"
    half.write_bytes(b"PK\x03\x04" + bytes(500))
    os.utime(half, (at("21T08:01").timestamp(),) * 2)
    assert "waits for files" in world.due("21T08:35").lines[0]
    outcome = world.due("21T10:30")
    assert "not taken in: 商品.xlsx" in outcome.lines[0]
    assert (outcome.failed, outcome.refused, len(world.mails)) == (True, ["demo/商品.xlsx"], 1)
    assert half.with_name("商品.xlsx.reason.txt").is_file()
    again = world.due("21T10:35")
    assert (again.lines, again.failed, again.refused) == ([], False, ["demo/商品.xlsx"])


def test_a_refused_file_is_tried_again_when_it_changed(home, world):
    path = drop(home, "21T08:00")
    good = path.read_text(encoding="utf-8")
    path.write_text("这不是报表", encoding="utf-8")
    os.utime(path, (at("21T08:00").timestamp(),) * 2)
    assert "not taken in" in world.due("21T08:35").lines[0]
    path.write_text(good, encoding="utf-8")
    os.utime(path, (at("21T08:50").timestamp(),) * 2)
    assert "1 files taken in" in world.due("21T09:00").lines[0]


def test_a_file_that_a_full_disk_refused_is_taken_in_once_there_is_room(home, world, monkeypatch):
    drop(home, "21T08:00")
    with monkeypatch.context() as full:
        full.setattr(os, "replace", no_room_for_days(os.replace))
        assert "could not be stored" in world.due("21T08:35").lines[0]
    assert "1 files taken in" in world.due("21T08:40").lines[0]
    assert list((home.inbox / "demo").iterdir()) == []


def no_room_for_days(whole):
    def replace(source, target):
        if str(target).endswith(".parquet"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        whole(source, target)

    return replace


def test_a_late_export_corrects_the_report_once(home, world):
    drop(home, "21T08:00")
    world.due("21T08:35")
    drop(home, "21T09:00", name="店铺日报_更正.csv", visitors=950)
    assert world.due("21T09:30").lines == [
        "demo: 1 files taken in; Shop daily 2026-11-20 made again with what arrived late; "
        "1 mails written to the outbox"
    ]
    assert world.due("21T09:35").lines == []
    assert world.ran == ["demo 2026-11-20"] * 2


def test_the_same_export_again_corrects_nothing(home, world):
    drop(home, "21T08:00")
    world.due("21T08:35")
    drop(home, "21T09:00", name="店铺日报_2026-11-20 (1).csv")
    assert world.due("21T09:30").lines == ["demo: 1 files held nothing new"]
    assert (len(world.ran), world.published) == (1, 1)


def test_yesterdays_report_is_not_corrected_by_todays_export(home, world):
    drop(home, "20T08:00")
    world.due("20T08:35")
    drop(home, "21T06:00", day="2026-11-19", visitors=950)
    world.due("21T07:00")
    assert world.ran == ["demo 2026-11-19"]


def test_days_missed_without_power_are_made_up_in_order(home, world):
    drop(home, "18T08:00")
    world.due("18T08:35")
    for day in ("19T08:00", "20T08:00", "21T08:00"):
        drop(home, day)
    world.due("21T09:00")
    assert world.ran == [f"demo 2026-11-{day}" for day in (17, 18, 19, 20)]
    assert len(world.mails) == 4


def test_history_brought_in_at_once_makes_one_report(home, world):
    for day in ("18T08:00", "19T08:00", "20T08:00", "21T08:00"):
        drop(home, day)
    world.due("21T09:00")
    assert world.ran == ["demo 2026-11-20"]


def test_what_never_came_is_named_once_after_the_deadline(home, world):
    drop(home, "20T08:00")
    world.due("20T08:35")
    assert world.due("21T08:35").lines == ["demo: Shop daily 2026-11-20 waits for exports: shop daily sheet"]
    late = world.due("21T10:30")
    assert late.lines == ["demo: Shop daily 2026-11-20 was not made, exports are missing: shop daily sheet"]
    assert late.failed
    assert world.due("21T10:35").lines == []


@pytest.mark.parametrize("step", ["_take_in", "_make", "_publish", "_mail"])
def test_a_power_cut_before_any_step_loses_and_doubles_nothing(home, world, monkeypatch, step):
    drop(home, "21T08:00")

    def cut(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"shopbook.run.morning.morning._Morning.{step}", cut)
        with pytest.raises(KeyboardInterrupt):
            world.due("21T08:35")
    world.due("21T08:40")
    world.due("21T08:45")
    assert (world.ran, len(world.mails), list(home.inbox.glob("*/*.csv"))) == (["demo 2026-11-20"], 1, [])


def test_a_broken_shop_file_and_an_impossible_folder_stop_only_themselves(home, world):
    (home.root / "params" / "shops" / "bad.yaml").write_text("timezone: Mars/Base", encoding="utf-8")
    for shop in ("demo", "bad", "店 铺..", "good"):
        drop(home, "21T08:00", shop=shop)
    outcome = world.due("21T08:35")
    assert sorted(world.ran) == ["demo 2026-11-20", "good 2026-11-20"]
    assert outcome.failed
    assert [line.split(":")[0] for line in outcome.lines if "made" not in line] == ["bad", "店 铺.."]
    assert world.due("21T08:40").lines == []


def test_a_failed_report_of_one_shop_is_said_in_its_line(home, world):
    drop(home, "21T08:00")
    drop(home, "21T08:00", shop="other")
    world.fails = {"other"}
    lines = world.due("21T08:35").lines
    assert lines[1].startswith("other: 1 files taken in; it broke")
    assert "made, 1 pages" in lines[0]


def test_never_two_at_once(home, world):
    drop(home, "21T08:00")
    home.data.mkdir(exist_ok=True)
    with filelock.FileLock(str(home.data / ".due.lock")):
        outcome = world.due("21T08:35")
    assert (world.ran, outcome.failed) == ([], False)
    assert outcome.lines == ["Another `shopbook due` is running; this one does nothing."]


def test_a_lost_memory_sends_no_mail_twice(home, world):
    drop(home, "21T08:00")
    world.due("21T08:35")
    (home.data / ".due.json").write_text("{torn", encoding="utf-8")
    assert world.due("21T08:40").lines == []


def test_reports_made_by_hand_and_never_mailed_are_mailed(home, world):
    drop(home, "21T08:00")
    world.due("21T08:20")
    shelve(home, report(date="2026-11-20"))
    assert world.due("21T08:35").lines == ["demo: 1 mails written to the outbox"]


def test_unfinished_downloads_and_hidden_files_are_no_arrivals(home):
    for name in ("a.crdownload", "~$b.xlsx", ".c.csv", "d.csv.reason.txt"):
        drop(home, "21T08:00", name=name)
    keeper = Doorkeeper(home, at("21T08:35"), Notes(home.data / ".due.json"))
    assert keeper.arrivals() == []


def test_the_warm_process_begins_early_only_for_files_that_can_be_taken_in(home):
    assert not glance.is_waiting(home, at("21T08:00"))
    path = drop(home, "21T08:00")
    assert not glance.is_waiting(home, at("21T08:00"))
    assert glance.is_waiting(home, at("21T08:02"))
    notes = Notes(home.data / ".due.json")
    Doorkeeper(home, at("21T08:02"), notes).refuse([path])
    notes.save()
    assert not glance.is_waiting(home, at("21T08:02"))
    path.write_text(DAY.format(day="2026-11-20", visitors=1, amount=1), encoding="utf-8")
    os.utime(path, (at("21T08:00").timestamp(), at("21T08:00").timestamp()))
    assert glance.is_waiting(home, at("21T08:02"))
    (home.inbox / "demo" / "a.csv.reason.txt").write_text("why", encoding="utf-8")
    path.unlink()
    assert not glance.is_waiting(home, at("21T08:02"))
