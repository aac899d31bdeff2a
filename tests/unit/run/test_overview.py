"""All shops on one page and in one mail: the worst first, visitors never added, nobody else's shops."""

import datetime as dt
import email
import email.policy

import pytest

from published import finding, home_at, report, shelve
from shopbook.findings.finding import Cause
from shopbook.run.mail.outbox import Sending
from shopbook.run.mail.owner_mail import deliver_overviews
from shopbook.run.site.overview import overview
from shopbook.run.site.publish import publish
from shopbook.run.site.published import entries

NOW = dt.datetime(2026, 11, 21, 1, 0, tzinfo=dt.UTC)


pytestmark = pytest.mark.usefixtures("english")


def kpi(metric, value, change=0.0, relative=0.0, verdict="same"):
    return {"metric": metric, "value": value, "change": change, "relative": relative, "verdict": verdict}


def shop(home, name, amount=1000.0, relative=0.0, visitors="same", level="ok", **values):
    """A daily report whose sales stand `relative` to its market's."""
    told = {"headline": f"{name} tells", "findings": (finding(level=level, **values),), "lang": "en"}
    rows = [kpi("pay_amount", amount, relative, relative), kpi("visitors", 900.0, verdict=visitors)]
    shelve(home, report(name, notebook="daily/brief", tables={"kpis": rows}, **told))


def seen(home):
    return overview(home, entries(home.reports), {})


def test_the_shop_that_lost_most_money_against_its_market_comes_first(tmp_path):
    home = home_at(tmp_path)
    shop(home, "small", 900.0, -0.5, level="act")
    shop(home, "large", 90_000.0, -0.1, level="act")
    shop(home, "calm", 500_000.0, -0.2)
    shop(home, "gain", 5_000.0, 0.3, level="act")
    rows = seen(home).rows
    assert [row.id for row in rows] == ["large", "small", "gain", "calm"]
    assert [round(row.lost) for row in rows] == [-10_000, -900, 1154, -125_000]


def test_sales_are_added_and_visitors_only_counted_by_verdict(tmp_path):
    home = home_at(tmp_path)
    for name, verdict in (("a", "worse"), ("b", "worse"), ("c", "better"), ("d", "unknown")):
        shop(home, name, 1000.0, visitors=verdict)
    assert seen(home).summary == (
        "Sales of 4 shops ¥4,000 · against their own markets 2 behind, 1 ahead, 0 the same, 1 cannot tell"
    )


def test_a_shop_without_the_day_is_named_and_stands_last(tmp_path):
    home = home_at(tmp_path)
    shop(home, "a")
    shelve(home, report("late", "2026-11-19", lang="en"))
    found = seen(home)
    assert ([row.id for row in found.rows], found.missing) == (["a", "late"], ["late"])
    assert found.headline == "2 shops · Fri 20 Nov 2026: 1 Normal, 1 without data"


def test_a_cause_three_shops_share_is_common_and_the_market_is_none(tmp_path):
    home = home_at(tmp_path)
    causes = (
        Cause({"factor": "market"}, -900.0, 0.5, "the market"),
        Cause({"channel": "recommendation"}, -500.0, 0.3, "guess"),
    )
    for name in "abc":
        shop(home, name, level="act", causes=causes)
    assert seen(home).common == [("guess", ["a", "b", "c"])]


def test_the_index_begins_with_all_shops_and_holds_every_finding_for_the_search(tmp_path):
    home = home_at(tmp_path)
    for number in range(6):
        shop(home, f"shop{number}", level="act", headline="断货 3 款", owner="supply")
    publish(home)
    index = (home.reports / "index.html").read_text(encoding="utf-8")
    table = index[index.index('id="overview"') : index.index('id="each"')]
    assert table.count("<tbody data-shop=") == 6
    assert table.count("断货 3 款") >= 6
    assert 'href="shop0/2026-11-20/daily/brief.html"' in table


def test_a_row_says_what_is_new_gone_and_grown_since_the_day_before_and_leads_there(tmp_path):
    home = home_at(tmp_path)
    before = [("a", "watch"), ("b", "act"), ("c", "watch")]
    after = [("a", "act"), ("c", "watch"), ("d", "watch")]
    for name in ("one", "two"):
        for day, rows in (("2026-11-19", before), ("2026-11-20", after)):
            findings = tuple(finding(id_=id_, level=level) for id_, level in rows)
            shelve(home, report(name, day, "daily/brief", findings=findings, lang="en"))
    publish(home)
    assert [row.since.line for row in seen(home).rows] == ["1 new, 1 gone, 1 grown"] * 2
    index = (home.reports / "index.html").read_text(encoding="utf-8")
    assert 'href="one/2026-11-20/daily/brief.html#since"' in index
    assert 'id="since"' in (home.reports / "one/2026-11-20/daily/brief.html").read_text(encoding="utf-8")


def test_a_first_day_has_nothing_to_differ_from(tmp_path):
    home = home_at(tmp_path)
    shop(home, "one")
    shop(home, "two")
    assert [row.since for row in seen(home).rows] == [None, None]


def test_one_shop_has_no_table_of_shops(tmp_path):
    home = home_at(tmp_path)
    shop(home, "only")
    publish(home)
    assert 'id="overview"' not in (home.reports / "index.html").read_text(encoding="utf-8")


def send(home):
    return deliver_overviews(home, entries(home.reports), Sending(environ={}, now=NOW))


def test_an_owner_of_several_shops_gets_one_mail_over_these_only(tmp_path):
    own, other = "owner_address: li@shop.test\nlang: en\n", "owner_address: wang@shop.test\n"
    home = home_at(tmp_path, a=own, b=own, c=other)
    for name in "abc":
        shop(home, name)
    [mail] = send(home)
    assert (mail.recipient, mail.state) == ("li@shop.test", "written")
    told = email.message_from_bytes(mail.file.read_bytes(), policy=email.policy.default)
    text = told.get_body(("plain",)).get_content() + told.get_body(("html",)).get_content()
    assert told["Subject"] == "2 shops · Fri 20 Nov 2026: 2 Normal"
    assert ("a tells" in text, "b tells" in text, "c tells" in text) == (True, True, False)
    assert [each.state for each in send(home)] == ["already"]
