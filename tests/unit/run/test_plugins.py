"""The example package of docs/plugins.md does what the page says; a broken one stops nothing."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from shopbook.home import PROJECT

PAGE = (PROJECT / "docs" / "plugins.md").read_text(encoding="utf-8")
FILES = [re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[1] for kind in ("toml", "python")]
ROWS = "日期,优惠券,领取张数,使用张数\n2026-11-20,满99减10,400,60\n2026-11-20,满199减30,300,4\n"
SCRIPT = """
import datetime as dt, json, sys
import pandas as pd
from pathlib import Path
from shopbook.findings.facts import Facts
from shopbook.home import find_home
from shopbook.kinds import kind_name
from shopbook.read import read_export
from shopbook.run import plan
from shopbook.run.command.checkup import examine
from shopbook.workbook import daily

table = read_export(Path("coupons.csv"), shop="demo")
facts = Facts.__new__(Facts)
object.__setattr__(facts, "frames", {"coupons": table.frame})
object.__setattr__(facts, "day", dt.date(2026, 11, 20))
rule = daily.PAGES["promotion"].rules[-1]
home = find_home(data="data")
print(json.dumps({
    "kind": table.kind, "name": kind_name("coupons"), "rows": table.height,
    "found": [one.headline for one in rule(facts)], "in_brief": rule in daily.PAGES["brief"].rules,
    "elsewhere": rule in daily.PAGES["own"].rules,
    "notebook": plan._notebook_path(home, "coupons/usage.ipynb").name,
    "checks": {each.name: [each.ok, each.said] for each in examine(home) if "shopbook." in each.name},
}))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> dict:
    """What a process says in whose environment the example is installed, and a package that does not load."""
    site = tmp_path_factory.mktemp("site")
    package = site / "shopbook_coupons"
    package.mkdir()
    (package / "__init__.py").write_text(FILES[1], encoding="utf-8")
    (package / "usage.ipynb").write_text("{}", encoding="utf-8")
    (site / "coupons.csv").write_text(ROWS, encoding="utf-8")
    points = tomllib.loads(FILES[0])["project"]["entry-points"]
    install(site, "shopbook-coupons", points)
    install(site, "broken", {"shopbook.kinds": {"nothing": "no_such_module:KIND"}})
    surroundings = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=site, env=surroundings, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def install(site: Path, name: str, groups: dict[str, dict[str, str]]) -> None:
    """The record that pip leaves of a package: its name and its entry points."""
    record = site / f"{name.replace('-', '_')}-1.dist-info"
    record.mkdir()
    said = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n"
    (record / "METADATA").write_text(said, encoding="utf-8")
    lines = [
        f"[{group}]\n" + "\n".join(f"{k} = {v}" for k, v in row.items()) for group, row in groups.items()
    ]
    (record / "entry_points.txt").write_text("\n\n".join(lines), encoding="utf-8")


def test_the_example_has_at_most_forty_lines():
    assert sum(len(file.splitlines()) for file in FILES) <= 40


def test_its_kind_is_read_and_named(answers):
    assert (answers["kind"], answers["name"], answers["rows"]) == ("coupons", "优惠券", 2)


def test_its_rule_speaks_on_its_page_and_in_the_brief(answers):
    assert answers["found"] == ["满199减30: 4 / 300"]
    assert answers["in_brief"]
    assert not answers["elsewhere"]


def test_its_notebook_is_found_by_name(answers):
    assert answers["notebook"] == "usage.ipynb"


def test_the_check_up_lists_what_is_added_and_names_what_does_not_load(answers):
    checks = answers["checks"]
    assert checks["shopbook.rules promotion.coupons"] == [True, "shopbook-coupons"]
    ok, said = checks["shopbook.kinds nothing"]
    assert not ok
    assert "broken" in said
    assert "no_such_module" in said
