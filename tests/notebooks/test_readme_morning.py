"""The README's own lines, run as written in an empty folder, make report, page and mail of a real shop."""

import datetime as dt
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shopbook.home import PROJECT


def lines() -> list[str]:
    """The commands of the README's block for one's own exports."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    [block] = [part for part in re.findall(r"```\n(.*?)```", text, re.DOTALL) if "shopbook due" in part]
    return [line[2:].split("  #")[0].strip() for line in block.splitlines() if line.startswith("$ ")]


def exports(inbox: Path) -> None:
    """A month of the shop's own sheet, downloaded an hour ago."""
    today = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
    days = [today - dt.timedelta(days=back) for back in range(30, 0, -1)]
    rows = [f"{day},{900 + day.day},{(900 + day.day) * 2.5:.2f},{30 + day.day % 5}" for day in days]
    path = inbox / "店铺日报.csv"
    path.write_text("\n".join(["日期,访客数,支付金额,支付买家数", *rows]) + "\n", encoding="utf-8")
    an_hour_ago = dt.datetime.now().timestamp() - 3600
    os.utime(path, (an_hour_ago, an_hour_ago))


@pytest.mark.slow
def test_the_readme_run_as_written_makes_report_page_and_mail(tmp_path):
    environ = {"HOME": str(tmp_path), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    home = tmp_path / "shops"
    folder = tmp_path
    for line in lines():
        if line.startswith(". "):
            continue  # the tests' own environment takes the place of .venv
        if line == "shopbook due":
            exports(home / "data" / "inbox" / "yy")
        ran = subprocess.run(["sh", "-c", line], cwd=folder, env=environ, capture_output=True, text=True)
        # One sheet alone may leave a page without data; the tests of each notebook judge that.
        assert ran.returncode == 0 or line == "shopbook due", f"{line}\n{ran.stdout}{ran.stderr}"
        assert "Traceback" not in ran.stderr
        folder = home if "cd ~/shops" in line else folder
    [brief] = home.glob("data/reports/yy/*/daily/brief.html")
    assert "支付金额" in brief.read_text(encoding="utf-8")
    assert (home / "data" / "reports" / "index.html").is_file()
    assert len(list(home.glob("data/outbox/yy/*-daily-*.eml"))) == 1
