"""How fast are exports taken in: one large .xlsx, and a folder of many small exports.

`python -m benchmarks.ingest` prints processor seconds beside the start-up and writes results/ingest.md.
"""

import argparse
import datetime as dt
import io
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import xlsxwriter
from python_calamine import CalamineWorkbook

from shopbook.demo import generate_shop
from shopbook.demo.generator import NEWEST
from shopbook.history.inbox import Ingested, ingest
from shopbook.home import PROJECT, Home

RESULT = Path(__file__).parent / "results" / "ingest.md"
TODAY = NEWEST + dt.timedelta(days=1)
ROWS, DAYS = 50_000, 20
WANTED_LARGE, WANTED_SMALL = 1.5, 0.018
HEADER = [
    "统计日期",
    "商品ID",
    "商品名称",
    "商品访客数",
    "商品浏览量",
    "平均停留时长",
    "商品详情页跳出率",
    "商品收藏人数",
    "商品加购件数",
    "商品加购人数",
    "下单买家数",
    "下单件数",
    "下单金额",
    "下单转化率",
    "支付买家数",
    "支付件数",
    "支付金额",
    "商品支付转化率",
    "支付新买家数",
    "支付老买家数",
]
_TINY = "统计日期,访客数,支付买家数,支付金额\n2026-11-20,6,1,9\n"


def large(path: Path, *, rows: int, as_text: bool, seed: int) -> None:
    """An item export of `rows` rows and 20 columns; figures as numbers, or as texts with commas and %."""
    rng = np.random.default_rng(seed)
    with xlsxwriter.Workbook(path, {"constant_memory": False}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER)
        for at in range(rows):
            for column, cell in enumerate(_row(at, rng, as_text)):
                if isinstance(cell, str):
                    page.write_string(at + 1, column, cell)
                else:
                    page.write_number(at + 1, column, cell)


def _row(at: int, rng: np.random.Generator, as_text: bool) -> list[str | float]:
    visitors = int(rng.integers(50, 5_000))
    buyers = int(rng.binomial(visitors, 0.03))
    ordered = buyers + int(rng.integers(0, 5))
    money = round(buyers * float(rng.uniform(20, 90)), 2)
    stay, bounce = round(float(rng.normal(38, 4)), 2), round(float(rng.uniform(0.4, 0.7)), 4)
    counts = [visitors, round(visitors * 1.5), stay, bounce, visitors // 30, visitors // 20, visitors // 22]
    orders = [ordered, ordered, round(money * 1.1, 2), round(ordered / visitors, 4)]
    paid = [buyers, buyers, money, round(buyers / visitors, 4), buyers - buyers // 3, buyers // 3]
    figures: list[float] = [*counts, *orders, *paid]
    day = NEWEST - dt.timedelta(days=at % DAYS)
    head: list[str | float] = [str(day), str(682_100_000_000 + at // DAYS), f"商品标题{at // DAYS}家用礼盒装"]
    return head + (
        [_shown(HEADER[n + 3], figure) for n, figure in enumerate(figures)] if as_text else figures
    )


def _shown(name: str, figure: float) -> str:
    if name.endswith("率"):
        return f"{figure:.2%}"
    return f"{figure:,}" if isinstance(figure, int) else f"{figure:,.2f}"


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of `work` in this process and in the children it waited for."""
    began = os.times()
    work()
    return sum(now - then for now, then in zip(os.times()[:4], began[:4], strict=True))


def start_up() -> float:
    """Processor seconds of a process that takes in one row: imports, column names, rules."""
    with tempfile.TemporaryDirectory() as folder:
        code = "import sys; from pathlib import Path; from benchmarks import ingest as it; "
        code += "it.tiny(Path(sys.argv[1]))"
        before = os.times()
        subprocess.run([sys.executable, "-c", code, folder], check=True, cwd=PROJECT)
        after = os.times()
    used = after.children_user - before.children_user, after.children_system - before.children_system
    return sum(used)


def tiny(root: Path) -> None:
    """One row taken in: what every later file finds loaded."""
    _take(root, lambda inbox: (inbox / "店铺.csv").write_text(_TINY, encoding="utf-8"))


def _take(root: Path, fill: Callable[[Path], object]) -> tuple[float, list[Ingested], Home]:
    """Processor seconds, outcomes and home of one ingest of what `fill` puts into the inbox."""
    home = Home(PROJECT, root / "data")
    inbox = home.inbox / "demo"
    inbox.mkdir(parents=True, exist_ok=True)
    fill(inbox)
    done: list[Ingested] = []
    spent = seconds(lambda: done.extend(ingest(home, shop="demo", today=TODAY)))
    return spent, done, home


def _state(home: Home) -> dict[str, tuple[int, int]]:
    days = home.history.rglob("*.parquet")
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in days}


def measure(source: Path, name: str, root: Path) -> tuple[float, str]:
    """Seconds of an ingest of one file, and what a second ingest of the same file changes."""
    shutil.rmtree(root / "data", ignore_errors=True)
    spent, done, home = _take(root, lambda inbox: shutil.copy(source, inbox / name))
    assert [each.status for each in done] == ["accepted"], done
    before = _state(home)
    _, again, _ = _take(root, lambda inbox: shutil.copy(source, inbox / name))
    is_same = _state(home) == before and [each.status for each in again] == ["unchanged"]
    return spent, "nothing" if is_same else "SOMETHING"


def table(rounds: int, rows: int, days: int, seed: int) -> tuple[list[str], bool]:
    """The Markdown lines of all measurements, and whether every wanted figure is reached."""
    lines = ["| what | processor seconds | wanted | ingested again, changes |", "|---|---|---|---|"]
    lines.append(f"| start-up: a process that takes in one row | {start_up():.2f} | – | – |")
    is_reached = True
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        tiny(root / "warm")
        for as_text in (False, True):
            source = root / f"large{as_text}.xlsx"
            large(source, rows=rows, as_text=as_text, seed=seed)
            found = [measure(source, "商品_全部.xlsx", root / "large") for _ in range(rounds)]
            spent = min(each for each, _ in found)
            form = "texts (1,234 and 3.21%)" if as_text else "numbers"
            wanted = WANTED_LARGE * rows / ROWS
            is_reached &= spent <= wanted and all(said == "nothing" for _, said in found)
            lines.append(
                f"| {rows:,} rows x {len(HEADER)} columns .xlsx, figures as {form} "
                f"| {spent:.2f} | {wanted:.2f} | {found[0][1]} |"
            )
            data = source.read_bytes()
            alone = min(seconds(partial(_calamine, data)) for _ in range(rounds))
            lines.append(f"| &nbsp;&nbsp;calamine alone, opening and cells to Python | {alone:.2f} | – | – |")
        made = seconds(lambda: generate_shop(root / "small" / "data" / "inbox", "demo", days=days))
        waiting = root / "small" / "data" / "inbox" / "demo"
        files = sorted(waiting.iterdir())
        shutil.copytree(waiting, root / "kept")
        lines.append(
            f"| {len(files)} demo exports of one shop, {days} days: writing them | {made:.2f} | – | – |"
        )
        spent, done, home = _take(root / "small", lambda inbox: None)
        assert {each.status for each in done} == {"accepted"}
        before = _state(home)
        _take(root / "small", lambda inbox: shutil.copytree(root / "kept", inbox, dirs_exist_ok=True))
        said = "nothing" if _state(home) == before else "SOMETHING"
        is_reached &= spent / len(files) <= WANTED_SMALL and said == "nothing"
        lines.append(f"| &nbsp;&nbsp;ingest of all | {spent:.2f} | – | {said} |")
        each = f"{spent / len(files) * 1000:.1f} ms"
        lines.append(f"| &nbsp;&nbsp;ingest, each file | {each} | {WANTED_SMALL * 1000:.0f} ms | – |")
    return lines, is_reached


def _calamine(data: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    book.get_sheet_by_index(0).to_python()


def main() -> int:
    """Measure, print, write the result; 1 when a wanted figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--days", type=int, default=120)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    lines, is_reached = table(asked.rounds, asked.rows, asked.days, asked.seed)
    told = (
        "# Ingest: how fast\n\nMade by `python -m benchmarks.ingest`. Processor seconds (user and system), "
        f"best of {asked.rounds} rounds for the large files;\nall but the first row are beside the start-up. "
        f"{os.cpu_count()} cores, Python {platform.python_version()}, load of the machine at the end "
        f"{os.getloadavg()[0]:.1f}.\n\n"
    )
    print(told + "\n".join(lines))
    if (asked.rows, asked.days) == (ROWS, 120):
        RESULT.write_text(told + "\n".join(lines) + "\n", encoding="utf-8")
    return 0 if is_reached else 1


if __name__ == "__main__":
    sys.exit(main())
