"""The content of the mail about a report: who is told what, and in which form it travels."""

import datetime as dt
import email
import email.policy
import re

import pytest

from published import HOSTILE, PNG, blocking, finding, home_at, note_status, report, shelve
from shopbook.findings.finding import DataWarning
from shopbook.params import Recipient, ShopSettings
from shopbook.run.mail.attached import attached
from shopbook.run.mail.corrections import changes, told
from shopbook.run.mail.digest import digest
from shopbook.run.mail.report_mail import Envelope, report_mail
from shopbook.run.site.labels import day_text
from shopbook.run.site.published import entry_at
from shopbook.text import speaking

NOW = dt.datetime(2026, 11, 21, 8, 3, tzinfo=dt.timezone(dt.timedelta(hours=8)))
SHOP = ShopSettings(id="demo", name="天猫旗舰店", base_url="https://reports.test/site/")


@pytest.fixture
def home(tmp_path):
    return home_at(tmp_path)


def mail_of(home, settings=SHOP, roles=(), **envelope):
    """The report mail as its reader's program parses it."""
    entry = entry_at(home.reports, "demo", "2026-11-20", "daily")
    content = digest(entry, settings, roles)
    message = report_mail(content, settings, Envelope("bot@shop.test", "li@shop.test", NOW, **envelope))
    return email.message_from_bytes(message.as_bytes(), policy=email.policy.default)


def html_of(message) -> str:
    return message.get_body(("html",)).get_content()


def text_of(message) -> str:
    return message.get_body(("plain",)).get_content()


def test_chinese_subject_and_attachment_name_survive(home):
    shelve(home, report())
    message = mail_of(home)
    assert message["Subject"] == "支付金额 12.3 万元：手淘推荐访客少 1,310，拖累访客 9.4 个百分点"
    assert [part.get_filename() for part in message.iter_attachments()] == [
        "店铺日报-天猫旗舰店-2026-11-20.html",
        "待办-天猫旗舰店-2026-11-20.xlsx",
    ]


def test_every_picture_of_the_mail_travels_with_it_and_none_twice(home):
    folder = shelve(home, report(), charts=("a", "b", "c", "d"))
    other = PNG + b"another"
    for name in ("c", "d"):
        (folder / "own.charts" / f"{name}.png").write_bytes(other)
    message = mail_of(home)
    wanted = re.findall(r'src="cid:([^"]+)"', html_of(message))
    sent = {
        part["Content-ID"].strip("<>"): part.get_content() for part in message.walk() if part["Content-ID"]
    }
    assert wanted == ["chart1", "chart2"]
    assert sent == {"chart1": PNG, "chart2": other}
    assert html_of(message).count("alt=") == 2


def test_html_asks_for_nothing_from_outside_and_has_its_styles_inline(home):
    shelve(home, report())
    html = html_of(mail_of(home, SHOP.model_copy(update={"base_url": ""})))
    assert not re.findall(r"(?:src|href)=\"(?!cid:)", html)
    assert 'class="figures" style="' in html.replace("' ", '" ') or re.search(r"<table[^>]*style=", html)
    assert "<script" not in html


def test_two_actions_at_most_come_first(home):
    many = tuple(
        finding(
            f"own.{n}",
            headline=f"问题{n}",
        )
        for n in range(1, 5)
    )
    shelve(home, report(findings=many))
    first, rest = html_of(mail_of(home)).split("还发现")
    assert re.findall(r"问题\d", first.split("今天先做")[1]) == ["问题1", "问题2"]
    assert re.findall(r"问题\d", rest) == ["问题3", "问题4"]


def test_the_brief_speaks_first_and_no_finding_comes_twice(home):
    shelve(home, report(), report(notebook="daily/brief", headline="一页早报", findings=(finding(),)))
    html = html_of(mail_of(home))
    assert re.search(r"<h1[^>]*>一页早报</h1>", html)
    assert html.count("拖累访客 9.4") == 1


def test_five_figures_with_direction_marks(home):
    shelve(home, report())
    text = text_of(mail_of(home))
    assert "支付金额 12.3 万元（较基线 ▼ −11.9%，相对大盘 ▼ −9.9%）" in text
    assert text.count("较基线") == 5


def test_a_figure_without_a_verdict_has_no_colour(home):
    undecided, decided = (
        report(tables={"kpis": [{"metric": "visitors", "value": 9.0, "change": -0.1, "relative": -0.1,
                                 "verdict": verdict}]})
        for verdict in ("unknown", "worse")
    )  # fmt: skip
    shelve(home, undecided)
    assert 'class="down"' not in html_of(mail_of(home))
    shelve(home, decided)
    assert html_of(mail_of(home)).count('class="down"') == 2


def test_what_is_wrong_with_the_data_comes_first_only_where_it_stops_a_verdict(home):
    note = DataWarning("warn", "presale", "有预售商品", {})
    shelve(home, report(headline="一页早报", warnings=(note,)))
    html = html_of(mail_of(home))
    assert html.index("有预售商品") > html.index("一页早报</h1>")
    shelve(home, report(headline="一页早报", warnings=(blocking(),)))
    html = html_of(mail_of(home))
    assert html.index("只到 18 点") < html.index("一页早报</h1>")


def test_a_role_sees_its_own_findings_and_all_figures(home):
    mine = finding("service.answer_time", headline="首响 95 秒", owner="service")
    shelve(home, report(findings=(finding(), mine)))
    text = text_of(mail_of(home, roles=("service",)))
    assert "首响 95 秒" in text
    assert "手淘推荐访客少" not in text
    assert "12.3 万元" in text


def test_a_role_without_findings_is_told_so(home):
    shelve(home, report())
    assert "没有需要您处理的事" in text_of(mail_of(home, roles=("design",)))


def test_a_blocking_warning_stands_in_the_subject(home):
    shelve(home, report(warnings=(blocking(),)))
    message = mail_of(home)
    assert message["Subject"].startswith("支付金额 12.3 万元[数据不全]：")
    assert "只到 18 点" in html_of(message)


def test_a_failed_notebook_is_named(home):
    folder = shelve(home, report())
    note_status(folder, "service", "failed")
    assert "没有生成：客服" in text_of(mail_of(home))


def test_titles_from_exports_stay_text(home):
    item = finding("own.item", headline=HOSTILE, next_step=HOSTILE)
    shelve(home, report(headline=HOSTILE, findings=(item,)))
    message = mail_of(home, SHOP.model_copy(update={"name": "店\r\nBcc: x@y.test"}))
    assert "<script>" not in html_of(message)
    assert "\u202e" not in message["Subject"] + html_of(message) + text_of(message)
    assert message["Bcc"] is None
    assert message["From"].addresses[0].display_name == "店 Bcc: x@y.test 店铺日报"
    assert len(message["Subject"]) < 130


def test_html_of_a_shop_with_5000_items_stays_small(home):
    rows = [{"item_id": str(n), "item_name": HOSTILE, "pay_amount": 1.0} for n in range(5_000)]
    many = tuple(finding(f"own.item{n}", headline=HOSTILE, scope={"item_id": str(n)}) for n in range(500))
    notes = tuple(blocking(HOSTILE + str(n)) for n in range(200))
    tables = {**report().tables, "items": rows}
    shelve(home, report(findings=many, warnings=notes, tables=tables))
    assert len(mail_of(home).get_body(("html",)).get_content().encode()) <= 60_000


def test_headers_say_what_kind_of_mail_it_is(home):
    shelve(home, report())
    message = mail_of(home)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "daily <daily.demo.shopbook.invalid>"
    assert message["Date"] == "Sat, 21 Nov 2026 08:03:00 +0800"


def test_the_message_id_is_the_same_for_the_same_version_and_reader(home):
    shelve(home, report())
    first = mail_of(home)["Message-ID"]
    assert mail_of(home)["Message-ID"] == first
    shelve(home, report(headline="别的结论"))
    assert mail_of(home)["Message-ID"] != first


def test_the_same_mail_has_the_same_bytes(home):
    shelve(home, report(), charts=("a",))
    assert mail_of(home).as_bytes() == mail_of(home).as_bytes()


def test_the_link_leads_to_the_page_on_the_site(home):
    shelve(home, report())
    assert 'href="https://reports.test/site/demo/2026-11-20/daily/own.html"' in html_of(mail_of(home))


def test_english_reports_make_english_mail(home):
    shelve(home, report(lang="en", headline="Sales fell", findings=()))
    message = mail_of(home)
    assert message["Subject"] == "Sales (GMV) ¥123.5k: Sales fell"
    assert "Key figures" in html_of(message)


def test_recipients_accept_what_the_shop_file_holds():
    assert Recipient(address="li@shop.test", roles=("design",)).roles == ("design",)


def test_a_subject_that_starts_with_money_is_not_given_it_again(home):
    shelve(home, report(headline="销售额 12.3 万元，比平常周五少 1.7 万元", findings=()))
    assert mail_of(home)["Subject"] == "销售额 12.3 万元，比平常周五少 1.7 万元"
    corrected = mail_of(home, corrects="<old@shop.test>")["Subject"]
    assert corrected == "销售额 12.3 万元[更正]，比平常周五少 1.7 万元"


def test_what_cannot_be_told_is_not_called_normal(home):
    known, open_ = (
        finding("own.a", level="ok", verdict="same"),
        finding("own.b", level="ok", verdict="unknown"),
    )
    shelve(home, report(findings=(known, open_)))
    html, text = html_of(mail_of(home)), text_of(mail_of(home))
    assert html.count('class="badge unknown"') == html.count('class="badge ok"') == 1
    assert (text.count("[说不准]"), text.count("[正常]")) == (1, 1)


def test_an_english_subject_has_money_once_and_its_mark_apart(home):
    told = "Sales ¥123.5k, ¥17.0k less than on a usual Friday"
    shelve(home, report(headline=told, findings=(), lang="en"))
    assert mail_of(home)["Subject"] == told
    corrected = mail_of(home, corrects="<old@shop.test>")["Subject"]
    assert corrected == "Sales ¥123.5k [corrected], ¥17.0k less than on a usual Frid…"


def test_what_lacks_stands_below_what_is_told_unless_it_stops_the_verdict(home):
    shelve(home, report(warnings=(DataWarning("warn", "missing_export", "还没有「商品报表」"),)))
    text = text_of(mail_of(home))
    assert text.index("手淘推荐访客少") < text.index("数据质量") < text.index("还没有「商品报表」")
    shelve(home, report(warnings=(blocking(),)))
    text = text_of(mail_of(home))
    assert text.index("只到 18 点") < text.index("手淘推荐访客少")


def test_the_subject_of_a_day_of_lost_sales_is_the_headline_and_no_other_action(home):
    lost = {"id_": "own.amount", "level": "watch", "headline": "支付金额 −11.9%", "metric": "pay_amount"}
    told = "销售额 12.3 万元，比平常周五少 1.7 万元：搜索访客 −1,310"
    click = finding("promotion.click_rate", headline="计划点击率 −45%", owner="promotion")
    shelve(home, report(headline=told, story=("own.amount",), findings=(click, finding(**lost))))
    assert mail_of(home)["Subject"] == told
    assert mail_of(home, roles=["promotion"])["Subject"] == told
    assert "计划点击率 −45%" in text_of(mail_of(home))


def test_a_subject_has_60_characters_at_most(home):
    shelve(home, report(findings=(finding(headline="长" * 200),)))
    assert len(mail_of(home)["Subject"]) == 60


def test_the_days_sales_stand_in_every_daily_mail(home):
    shelve(home, report(headline="今天没有异常", findings=()))
    message = mail_of(home, roles=("design",))
    assert "支付金额 12.3 万元" in text_of(message)
    assert "支付金额 12.3 万元" in html_of(message)


def test_the_line_after_the_subject_is_the_first_step(home):
    shelve(home, report())
    first = re.search(r'class="preheader"[^>]*>([^<͏&]*)', html_of(mail_of(home)))[1]
    assert first == "推广: 核心词出价恢复至 11-13 水平"


WEEKS = [{"period": "11-16 – 11-22 (not complete)", "days": 3}, {"period": "11-09 – 11-15", "days": 7}]
WEEK_KPIS = [
    {"metric": "pay_amount", "value": 110000.0, "change": 0.1},
    {"metric": "visitors", "value": 9000.0, "change": -0.1},
]
OWN = {
    "periodic": (
        {"weeks": WEEKS, "kpis": WEEK_KPIS},
        [
            "本周 11-09 – 11-15\n指标 · 数值 · 比平常周",
            "支付金额 · 11.0 万元 · ▲ +10.0%",
            "访客数 · 9,000 · ▼ −10.0%",
        ],
    ),
    "product_lifecycle": (
        {"stages": [{"stage": "hit", "pay_amount": 300.0}, {"stage": "hit", "pay_amount": 200.0}]},
        ["爆款期 · 2 · 500 元"],
    ),
    "campaign_review": (
        {"targets": [{"label": "支付金额", "unit": "CNY", "value": 80.0, "target": 100.0, "reached": 0.8}]},
        ["支付金额 · 80.00 元 · 100 元 · 80.0%"],
    ),
}


@pytest.mark.parametrize("family", OWN)
def test_other_families_show_their_own_figures_and_not_the_days(home, family):
    tables, lines = OWN[family]
    shelve(home, report(notebook=f"{family}/x", tables={**report().tables, **tables}))
    content = digest(entry_at(home.reports, "demo", "2026-11-20", family), SHOP)
    message = report_mail(content, SHOP, Envelope("bot@shop.test", "li@shop.test", NOW))
    text = message.get_body(("plain",)).get_content()
    assert [line for line in lines if line not in text] == []
    assert "123,456" not in text
    assert "12.3 万元（" not in text
    assert message["Subject"].startswith("[")


def test_a_corrected_mail_says_what_changed():
    before = told([{"metric": "visitors", "value": 900.0}], [])
    after = told(
        [{"metric": "visitors", "value": 950.0}],
        [{"id": "own.visitors", "scope": {}, "level": "act", "headline": "访客少"}],
    )
    assert changes(before, after) == ("访客数: 900 → 950", "新增：访客少")
    assert changes(after, before) == ("访客数: 950 → 900", "已不再：访客少")
    assert changes(after, after) == ()


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        pytest.param(
            "https://r.test/demo/2026-11-20/daily/brief.html",
            '<a class="x" href="https://r.test/demo/2026-11-20/daily/own.html#a">去</a><a href="#b">留</a>',
            id="published",
        ),
        pytest.param("", '去<a href="#b">留</a>', id="not published"),
    ],
)
def test_links_of_the_attached_page_lead_somewhere(link, expected):
    page = '<main><a class="x" href="own.html#a">去</a><a href="#b">留</a></main>'
    assert expected in attached(page, link)


def test_an_attached_page_names_its_characters(home):
    shelve(home, report())
    page = next(mail_of(home).iter_attachments())
    assert page.get_content_charset() == "utf-8"


def test_days_are_written_as_their_readers_do():
    with speaking("zh"):
        assert day_text("2026-11-20") == "2026-11-20 周五"
    with speaking("en"):
        assert day_text("2026-11-20") == "Fri 20 Nov 2026"


def test_the_name_of_an_attachment_is_a_file_name_on_any_machine(home):
    shelve(home, report())
    message = mail_of(home, SHOP.model_copy(update={"name": '../a\\b:<c>|?*"'}))
    names = [str(part.get_filename()) for part in message.iter_attachments()]
    assert names[0] == "店铺日报-.._a_b__c_____-2026-11-20.html"
