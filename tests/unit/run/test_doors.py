"""Files from a mailbox, a bucket and a database reach the inbox once, whole, and from nobody unknown."""

import datetime as dt
import os
import sqlite3

import pytest

from published import home_at
from servers.bucket import bucket
from servers.mailbox import PASSWORD, USER, flags, mailbox, put
from shopbook.errors import ParamsError
from shopbook.history.inbox import ingest
from shopbook.history.store import Store
from shopbook.run.doors.fetch import fetch
from shopbook.run.doors.parcel import safe_name
from shopbook.run.doors.settings import doors_of

NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
SHEET = "日期,访客数,支付金额\n2026-11-20,900,1800\n".encode()
KEYS = {"BUCKET_KEY": "AKIATEST", "BUCKET_SECRET": "a very secret one", "OFFICE_PASSWORD": PASSWORD}


@pytest.fixture
def home(tmp_path):
    home = home_at(tmp_path, ash="")
    (home.inbox / "ash").mkdir(parents=True)
    return home


def sources(home, text):
    (home.root / "params" / "sources.yaml").write_text(text, encoding="utf-8")


def inbox(home):
    return {path.name: path.read_bytes() for path in (home.inbox / "ash").iterdir()}


def problems(home, now=NOW, environ=KEYS):
    return {door: said for door, said in fetch(home, now, environ).items() if said}


def test_a_mailbox_gives_the_attachments_of_known_senders_once_and_stays_as_it_is(home):
    with mailbox() as port:
        sources(
            home,
            f"mailboxes: [{{name: office, shop: ash, host: 127.0.0.1, port: {port}, user: {USER}, "
            "password_env: OFFICE_PASSWORD, senders: [Li@shop.test], most_mb: 0.01}]",
        )
        sent = NOW.timestamp() - 3600
        put(port, "li@shop.test", ("../店铺日报.csv", SHEET), ("virus.exe", b"MZ"), sent=sent)
        put(port, "eve@evil.test", ("店铺日报_2.csv", SHEET), sent=sent)
        put(port, "li@shop.test", ("huge.csv", b"1" * 60_000), sent=sent)
        before = flags(port)
        first = problems(home)
        assert inbox(home) == {"店铺日报.csv": SHEET}
        assert (home.inbox / "ash" / "店铺日报.csv").stat().st_mtime == sent
        assert "0.01 MB" in first["office"]
        (home.inbox / "ash" / "店铺日报.csv").unlink()
        assert (problems(home), inbox(home)) == ({}, {})
        assert flags(port) == before


def test_a_bucket_gives_its_new_and_changed_files_once(home, tmp_path):
    folder = tmp_path / "bucket"
    folder.mkdir()
    (folder / "店铺日报.csv").write_bytes(SHEET)
    (folder / "readme.md").write_bytes(b"#")
    os.utime(folder / "店铺日报.csv", (1_790_000_000, 1_790_000_000))
    with bucket(folder, "AKIATEST") as endpoint:
        sources(
            home,
            "folders: [{name: cloud, shop: ash, url: 's3://exports', options_env: {key: BUCKET_KEY, secret: "
            f"BUCKET_SECRET}}, options: {{client_kwargs: {{endpoint_url: '{endpoint}'}}}}}}]",
        )
        assert problems(home) == {}
        assert inbox(home) == {"店铺日报.csv": SHEET}
        (home.inbox / "ash" / "店铺日报.csv").unlink()
        assert (problems(home), inbox(home)) == ({}, {})
        (folder / "店铺日报.csv").write_bytes(SHEET.replace(b"900", b"950"))
        later = NOW + dt.timedelta(days=1000)
        assert (problems(home, later), list(inbox(home))) == ({}, ["店铺日报.csv"])
        refused = problems(home, environ=KEYS | {"BUCKET_KEY": "AKIAOTHER"})
    assert list(refused) == ["cloud"]
    assert "a very secret one" not in refused["cloud"]


def test_a_file_that_is_still_written_is_left_until_it_is_the_same_twice(home, tmp_path):
    folder = tmp_path / "drive"
    folder.mkdir()
    sources(home, f"folders: [{{name: drive, shop: ash, url: 'file://{folder}'}}]")
    path = folder / "店铺日报.csv"
    for content in (SHEET[:10], SHEET):
        path.write_bytes(content)
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
        assert (problems(home), inbox(home)) == ({}, {})
    assert (problems(home), inbox(home)) == ({}, {"店铺日报.csv": SHEET})


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "erp.sqlite"
    with sqlite3.connect(path) as base:
        base.execute("create table days (day text, uv integer, amount real)")
        base.execute("insert into days values ('2026-11-01', 1, 2), ('2026-11-20', 900, 1800.5)")
    base.close()
    return path


def query(path, sql):
    columns = "{day: date, uv: visitors, amount: pay_amount}"
    return (
        f"queries: [{{name: erp, shop: ash, url: 'sqlite:///{path}', kind: shop_daily, columns: {columns}, "
        f'sql: "{sql}"}}]'
    )


def test_a_query_gives_an_export_of_its_kind_when_its_rows_changed(home, database):
    sources(home, query(database, "select day, uv, amount, 7 as other from days where day >= :since"))
    assert problems(home) == {}
    (done,) = ingest(home, today=NOW.date())
    assert (done.kind, done.status) == ("shop_daily", "accepted")
    frame = Store(home.history).read("ash", "shop_daily")
    assert frame[["visitors", "pay_amount"]].to_numpy().tolist() == [[900, 1800.5]]
    later = NOW + dt.timedelta(hours=1)
    assert (problems(home, later), inbox(home)) == ({}, {})
    with sqlite3.connect(database) as base:
        base.execute("update days set uv = 901")
    base.close()
    assert (problems(home, later), inbox(home)) == ({}, {}), "asked again too early"
    assert problems(home, later + dt.timedelta(hours=1)) == {}
    assert len(inbox(home)) == 1


def test_a_query_cannot_write(home, database):
    sources(home, query(database, "with x as (select 1) delete from days"))
    assert "readonly" in problems(home)["erp"]
    with sqlite3.connect(database) as base:
        assert base.execute("select count(*) from days").fetchone() == (2,)
    base.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("queries: [{name: a, shop: ash, url: 'sqlite://', kind: stock, columns: {a: date}, "
                     "sql: 'drop table x'}]", "SELECT", id="another statement"),
        pytest.param("queries: [{name: a, shop: ash, url: 'postgresql://u:hunter2@h/d', kind: stock, "
                     "columns: {a: date}, sql: select 1}]", "queries.0.url", id="a password in the URL"),
        pytest.param("folders: [{name: a, shop: ash, url: 's3://b', options: {secret: hunter2}}]",
                     "folders.0.options.secret", id="a key in the file"),
        pytest.param("mailboxes: [{name: a, shop: ash, host: h, user: u, password_env: P, senders: []}]",
                     "senders", id="nobody allowed"),
        pytest.param("folders: [{name: a, shop: ash, url: 'https://sycm.taobao.com/'}]",
                     "https", id="a web page"),
    ],
)  # fmt: skip
def test_what_a_door_may_not_be_is_refused_without_repeating_a_secret(home, text, said):
    sources(home, text)
    with pytest.raises(ParamsError) as refused:
        doors_of(home)
    assert said in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_door_that_is_closed_is_named_and_the_next_one_still_opens(home, database):
    closed = "mailboxes: [{name: office, shop: ash, host: 127.0.0.1, port: 1, user: u, senders: [a@b.test], "
    sources(home, closed + "password_env: OFFICE_PASSWORD}]\n" + query(database, "select * from days"))
    assert list(problems(home)) == ["office"]
    assert len(inbox(home)) == 1


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd"), ("a\\b.csv", "b.csv"), ("日报\u202e.csv", "日报.csv"), (". .", "file")],
)
def test_names_from_outside_lead_nowhere(name, kept):
    assert safe_name(name) == kept
