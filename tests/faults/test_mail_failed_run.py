"""The mail to the owner about a failed run: enough to act on, and nothing that does harm."""

import datetime as dt
import email
import email.policy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from published import finding, home_at, note_status, report, shelve
from shopbook.params import ShopSettings
from shopbook.run.mail.mail_error import Failure, failure_of, report_failure
from shopbook.run.mail.outbox import Sending
from shopbook.run.mail.outbox_all import deliver_all
from shopbook.run.site.published import entries

NOW = dt.datetime(2026, 11, 21, 0, 3, tzinfo=dt.UTC)
OWNER = ShopSettings(id="demo", owner_address="boss@shop.test")
TRACE = [
    "\x1b[0;31mKeyError\x1b[0m       Traceback (most recent call last)",
    "Cell \x1b[0;32mIn[7], line 2\x1b[0m\n----> 2 show.headline(day)",
    "\x1b]8;;http://x.test\x07KeyError\x1b]8;;\x07: '<script>alert(1)</script>'",
]


@pytest.fixture
def home(tmp_path):
    return home_at(tmp_path)


def sending(environ=None, **options):
    return Sending(environ=environ or {}, now=NOW, sleep=lambda seconds: None, **options)


def failed_notebook():
    good = new_code_cell("x = 1", outputs=[])
    wrong = new_code_cell("day = daily.load(shop)\nshow.headline(day)")
    wrong.outputs = [new_output("error", ename="KeyError", evalue="'访客数'", traceback=TRACE)]
    notebook = new_notebook(cells=[new_markdown_cell("# 自己"), good, wrong])
    notebook.metadata["papermill"] = {"parameters": {"shop": "demo", "window_days": 28}}
    return notebook


def read(file):
    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)


def parts(message) -> tuple[str, str]:
    return message.get_body(("plain",)).get_content(), message.get_body(("html",)).get_content()


def test_the_mail_names_report_values_cell_lines_error_and_the_way_back(home):
    known = Failure("demo", "2026-11-20", "daily/own", "", kept="11-19")
    failure = failure_of(failed_notebook(), known)
    text, html = parts(read(report_failure(home, OWNER, failure, sending()).file))
    for told in (
        "daily/own", "KeyError: '访客数'", "window_days: 28", "第 3 个单元格", "show.headline(day)",
        "----> 2",
        "shopbook run notebooks/daily/own.ipynb --shop demo --date 2026-11-20 --force", "11-19",
    ):  # fmt: skip
        assert told in text
    assert "show.headline(day)" in html


def test_no_terminal_colours_and_no_markup_from_outside(home):
    failure = failure_of(
        failed_notebook(), Failure("demo", "2026-11-20", "daily/own", "<b>broken</b>\x1b[31m")
    )
    message = read(report_failure(home, OWNER, failure, sending()).file)
    text, html = parts(message)
    assert "\x1b" not in text + html + message["Subject"]
    assert "[0;31m" not in text + html
    assert "<script>" not in html
    assert "<b>broken" not in html


def test_secrets_of_the_environment_never_reach_the_mail(home):
    environ = {"SHOPBOOK_SMTP_PASSWORD": "hunter2-mail", "MY_BOT_KEY": "k-123456", "LANG": "C.UTF-8"}
    failure = Failure(
        "demo", "2026-11-20", "daily/own", "login hunter2-mail", {"url": "https://x.test/send?key=k-123456"},
        3, "connect('k-123456')", "Error: access_token=abcdef password: 'other-secret'",
    )  # fmt: skip
    written = report_failure(home, OWNER, failure, sending(environ)).file
    told = "".join(parts(read(written))) + str(read(written)["Subject"])
    for secret in ("hunter2-mail", "k-123456", "abcdef", "other-secret"):
        assert secret not in told


def test_long_output_is_cut_to_the_lines_that_matter(home):
    trace = "\n".join(f"line {n} " + "x" * 5_000 for n in range(500))
    failure = Failure(
        "demo", "2026-11-20", "daily/own", "E", {}, 3, "\n".join(f"s{n}" for n in range(90)), trace
    )
    message = read(report_failure(home, OWNER, failure, sending()).file)
    text, html = parts(message)
    assert "line 499" in text
    assert "line 400" not in text
    assert "s89" not in text
    assert len(html.encode()) <= 60_000


def test_an_owner_without_address_is_named_not_fatal(home):
    failure = Failure("demo", "2026-11-20", "daily/own", "E")
    found = report_failure(home, ShopSettings(id="demo", owner_address=""), failure, sending())
    assert found.state == "skipped"
    assert "params/shops/demo.yaml" in found.detail


def test_readers_get_the_report_and_the_owner_gets_the_failure(tmp_path):
    shop = "owner_address: boss@shop.test\nrecipients: [{address: li@shop.test}]\n"
    home = home_at(tmp_path, demo=shop)
    folder = shelve(home, report(findings=(finding(),)))
    note_status(folder, "service", "failed", "Notebook daily/service failed")
    (folder / ".failed").mkdir()
    nbformat.write(failed_notebook(), folder / ".failed" / "service.ipynb")
    found = deliver_all(home, entries(home.reports), sending())
    assert [(each.recipient, each.state) for each in found] == [
        ("li@shop.test", "written"),
        ("boss@shop.test", "written"),
    ]
    assert "show.headline(day)" in parts(read(found[1].file))[0]
    assert "没有生成：客服" in parts(read(found[0].file))[0]


def test_a_broken_shop_file_does_not_cost_other_shops_their_mail(tmp_path):
    home = home_at(tmp_path, a="recipients: oops\n", b="recipients: [{address: li@shop.test}]\n")
    shelve(home, report("a"), report("b"))
    found = deliver_all(home, entries(home.reports), sending())
    assert {each.shop: each.state for each in found} == {"a": "failed", "b": "written"}
