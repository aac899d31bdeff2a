"""What a whole published day proves, and what the proof costs.

`python -m benchmarks.proof` makes a demo shop and every report of its newest day, then: makes each report
again under both engines and compares every byte; asks the assistant's tools for every figure and holds the
answer against the page; compares the day with itself and with one made under a changed threshold; counts the
bytes that the sources under the figures take of each page, and the processor seconds they take of the run
(pairs in turn, so that other work on the machine weighs on both sides). Writes results/proof.md.
"""

import html
import json
import os
import re
import resource
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

from benchmarks.card import LAST, TODAY

from shopbook import params
from shopbook.findings import figures
from shopbook.home import Home, find_home
from shopbook.report import show
from shopbook.run import diff, intake, verify
from shopbook.run.assistant import Answers
from shopbook.run.batch import run_batch
from shopbook.run.plan import Request, plan
from shopbook.run.site.publish import publish
from shopbook.workbook import daily

RESULT = Path(__file__).parent / "results" / "proof.md"
SHOP, DAYS, PAIRS = "demo", 182, 9
PAGES = ("brief", "own", "market", "rivals", "promotion", "service", "checkup")
# The cause of a change must explain nearly all of it: headlines lose their second half.
PLANTED = ("named_cause", 0.95)
_ORIGINS = re.compile(r'<div class="sb-origins">.*?</div>', re.DOTALL)


def main() -> None:
    """Make the day, count, write the table."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SHOPBOOK_DATA"] = folder
        home = find_home()
        intake.demo_shops(home, shops=1, days=DAYS, today=TODAY)
        spent = made(home)
        rows = [
            *equal_bytes(home),
            *answers(home),
            *differences(home),
            *page_bytes(home),
            *seconds(home, spent),
        ]
    lines = "\n".join(f"| {what} | {found} |" for what, found in rows)
    text = (
        "# A published day, proved\n\nOne demo shop, every report of its newest day. "
        f"`python -m benchmarks.proof`\n\n| | |\n|---|---|\n{lines}\n"
    )
    RESULT.write_text(text, encoding="utf-8")
    print(text)


def made(home: Home) -> float:
    """Run and publish every family; the processor seconds of the daily one, in its children."""
    spent = 0.0
    for family in params.FAMILIES:
        before = _children()
        assert run_batch(list(plan(home, Request(family, shops=(SHOP,))).jobs)).exit_code == 0
        spent = _children() - before if family == "daily" else spent
    publish(home)
    return spent


def equal_bytes(home: Home) -> Iterator[tuple[str, str]]:
    """Every report made again by each engine."""
    for engine in ("warm", "papermill"):
        done = [verify.verify(job, engine) for job in verify.published(home, [])]
        equal = f"{sum(each.equal for each in done)} of {len(done)}"
        yield f"reports made again, {engine}: equal to the byte", equal
        for each in done:
            if not each.equal:
                yield f"&nbsp;&nbsp;{each.report}", "; ".join(each.differs)


def answers(home: Home) -> Iterator[tuple[str, str]]:
    """Every figure that the assistant's tools give, against findings.json and the text of the page."""
    tools, asked, wrong, unseen = Answers(home), 0, 0, 0
    for path in sorted(home.reports.glob(f"{SHOP}/{LAST}/**/*.findings.json")):
        report = path.relative_to(home.reports).as_posix().removesuffix(".findings.json")
        told, page = (
            json.loads(path.read_bytes()),
            _text(path.with_name(path.name.replace(".findings.json", ".html"))),
        )
        for name in dict.fromkeys(each["id"] for each in told["findings"] if each["figures"]):
            printed = [one for each in told["findings"] if each["id"] == name for one in each["figures"]]
            given = tools.figure(report, name)["figures"]
            asked += len(given)
            pairs = zip(given, printed, strict=True)
            wrong += sum(
                (one["text"], one["value"]) != (other["text"], other["value"]) for one, other in pairs
            )
            unseen += sum(one["text"] not in page for one in given)
    yield "figures given by `shopbook mcp`", f"{asked:,}"
    yield "other than in findings.json; not on their page", f"{wrong}; {unseen}"


def differences(home: Home) -> Iterator[tuple[str, str]]:
    """The day beside itself, and beside one made under a changed threshold."""
    folder = f"{SHOP}/{LAST}/daily"
    yield "differences of the day beside itself", str(len(diff.diff(home, folder, folder).changes))
    name, value = PLANTED
    changed = params.rules().thresholds[name].model_copy(update={"value": value})
    with tempfile.TemporaryDirectory() as other, mock.patch.dict(params.rules().thresholds, {name: changed}):
        for page in PAGES:
            told = daily.load(SHOP, LAST.isoformat(), lang="zh", notebook=page).report.to_json()
            (Path(other) / f"{page}.findings.json").write_text(json.dumps(told), encoding="utf-8")
        found = diff.diff(home, folder, other)
        size = len(diff.page(found))
    places = sorted({" ".join((each.report, *each.place[:2])) for each in found.changes})
    yield (
        f"beside one under {name} {value}",
        f"{len(found.changes)} ({', '.join(places)}); a page of {size:,} bytes",
    )


def page_bytes(home: Home) -> Iterator[tuple[str, str]]:
    """What the sources under the figures take of the pages."""
    parts = {}
    for path in home.reports.glob(f"{SHOP}/{LAST}/**/*.html"):
        page = path.read_text(encoding="utf-8")
        parts[path.stem] = (len("".join(_ORIGINS.findall(page)).encode()), len(page.encode()))
    worst = max(parts, key=lambda name: parts[name][0] / (parts[name][1] - parts[name][0]))
    total, whole = (sum(each[at] for each in parts.values()) for at in (0, 1))
    part, size = parts[worst]
    yield (
        "bytes of the sources over the rest of the pages",
        f"{total / (whole - total):.1%} of {len(parts)} pages",
    )
    yield "the same, the page where it is most", f"{part / (size - part):.1%} ({worst})"


def seconds(home: Home, spent: float) -> Iterator[tuple[str, str]]:
    """What addresses and sources take of a daily run."""
    pairs = [(_forked(_told), _forked(_told_without)) for _ in range(PAIRS)]
    price = statistics.median(one - other for one, other in pairs)
    yield "processor seconds of a daily run (seven reports, children)", f"{spent:.1f}"
    yield (
        f"of them for addresses and sources, median of {PAIRS} pairs",
        f"{price:.2f} ({price / (spent - price):.1%})",
    )


def _told() -> None:
    daily.prepare(SHOP, LAST.isoformat(), lang="zh", notebooks=PAGES)
    for page in PAGES:
        show.findings(daily.load(SHOP, LAST.isoformat(), lang="zh", notebook=page))


def _told_without() -> None:
    with (
        mock.patch.object(figures, "figures", return_value=()),
        mock.patch.object(show, "origins", return_value=""),
    ):
        _told()


def _forked(work: Callable[[], None]) -> float:
    """Processor seconds of some work in a fork of this process."""
    before = _children()
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _text(path: Path) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
