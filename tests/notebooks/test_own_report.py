"""`shopbook new-report`: what it writes has an own table, chart and finding, and they reach every reader."""

import datetime as dt
import email
import email.policy
import json
from pathlib import Path

import pytest

from shopbook.home import Home
from shopbook.params import shop_settings
from shopbook.run.command import new
from shopbook.run.command.console import Session
from shopbook.run.mail.outbox import Sending, deliver
from shopbook.run.notebook import execute, job_of_path
from shopbook.run.site.publish import publish
from shopbook.run.site.published import entry_at

DAY = "2026-11-20"
SHOP = "name: Demo\nlang: zh\ncategory: 零食\nrecipients: [{address: li@tea-shop.cn}]\n"


@pytest.fixture
def made(demo_copy, tmp_path) -> Home:
    """A home with a report `carts` as the command writes it, run and published for the demo's newest day."""
    home = Home(tmp_path / "home", demo_copy)
    (home.root / "params" / "shops").mkdir(parents=True)
    (home.root / "params" / "shops" / "demo.yaml").write_text(SHOP, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        new.new_report(Session(home, as_json=True), "carts")
    assert ended.value.code == 0
    notebook = home.root / "notebooks" / "custom" / "carts.ipynb"
    assert (notebook.parent / "test_carts.py").is_file()
    done = execute(job_of_path(home, notebook, "demo", DAY))
    assert done.error == ""
    publish(home)
    return home


def test_its_finding_table_and_chart_reach_page_mail_and_index(made: Home):
    folder = made.reports / "demo" / DAY / "custom"
    report = json.loads((folder / "carts.findings.json").read_text(encoding="utf-8"))
    (found,) = report["findings"]
    assert found["id"] == "custom.carts"
    assert found["headline"] == report["headline"]
    assert found["value"] == pytest.approx(report["tables"]["by_day"][-1]["cart_rate"], rel=1e-12)

    page = (folder / "carts.html").read_text(encoding="utf-8")
    assert found["headline"].split("，")[0] in page
    assert "data:image/svg+xml" in page
    assert "> **EN**" not in page

    index = (made.reports / "index.html").read_text(encoding="utf-8")
    assert f"demo/{DAY}/custom/carts.html" in index
    assert found["headline"].split("，")[0] in index

    mail = _mail(made)
    assert found["headline"][:12] in mail
    assert "image/png" in mail


def _mail(home: Home) -> str:
    """The mail about the report as written to the outbox, its texts decoded."""
    sending = Sending(environ={}, now=dt.datetime(2026, 11, 21, 1, tzinfo=dt.UTC))
    deliver(home, entry_at(home.reports, "demo", DAY, "custom"), shop_settings(home, "demo"), sending)
    (file,) = Path(home.outbox / "demo").glob("*.eml")
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    parts = list(message.walk())
    texts = [part.get_content() for part in parts if part.get_content_maintype() == "text"]
    return "\n".join([*texts, *(part.get_content_type() for part in parts)])
