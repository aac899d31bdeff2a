"""What each command does, with its answer for people and for programs."""

import dataclasses
import datetime as dt
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from shopbook import days as calendar_days
from shopbook.errors import ParamsError
from shopbook.history import inbox
from shopbook.kinds import kind_name
from shopbook.read import Preview
from shopbook.read import template as read_template
from shopbook.read.mapping import own_layouts
from shopbook.run import home_files, intake
from shopbook.run.answering import take_waiting
from shopbook.run.batch import BatchResult, run_batch
from shopbook.run.command import checkup
from shopbook.run.command.console import Session
from shopbook.run.command.delivery import deliver_all, name_uncertain
from shopbook.run.mail import outbox
from shopbook.run.plan import Plan, Request, plan
from shopbook.run.site.publish import publish as publish_site
from shopbook.run.site.published import entries
from shopbook.text import tr


@dataclass(frozen=True)
class How:
    """How a run is done: processes, engine, cluster, mail."""

    jobs: int = 0
    engine: str = ""
    cluster: str = ""
    mail: bool = False


def demo(session: Session, *, days: int, shops: int) -> NoReturn:
    """Exports of demo shops, then the whole morning."""
    if not session.home.root.exists():
        home_files.lay_out(session.home)
    session.say(tr("Generating exports of {shops} demo shops over {days} days ...", shops=shops, days=days))
    taken = intake.demo_shops(session.home, shops=shops, days=days, today=_today())
    session.say(_counted(taken))
    found: dict[str, Any] = {"ingested": len(taken)}
    failed = any(each.status == "refused" for each in taken)
    planned = (plan(session.home, Request(job, lang=session.lang)) for job in DEMO_JOBS)
    result = run_batch([job for made in planned for job in made.jobs], console=session.console)
    session.console.print(result.table())
    found["runs"] = result.to_json()
    failed = failed or result.exit_code != 0
    site = publish_site(session.home)
    sent = deliver_all(session, [each for each in entries(session.home.reports)], outbox.Sending(environ={}))
    session.say(tr("Open {index}", index=site.index))
    session.say(tr("{count} mails in {folder}", count=len(sent), folder=session.home.outbox))
    session.end(found | {"index": site.index, "mails": len(sent)}, failed)


# The reports of the demo: one batch, so that the warm process is started once.
DEMO_JOBS = ("daily", "product_lifecycle", "campaign_review", "periodic")


def ingest(session: Session, files: list[Path], *, shop: str, about: dict[str, Any]) -> NoReturn:
    """Take exports in and say what became of each."""
    said = inbox.Said(
        item_id=about["item_id"],
        day=calendar_days.parse_day(about["day"]) if about["day"] else None,
        attribution_days=about["attribution_days"] or None,
        yes=bool(about["yes"]),
    )
    for sheet in [] if files else take_waiting(session.home, dt.datetime.now(dt.UTC)):
        session.say(f"{sheet.shop}: {'; '.join([sheet.line, *sheet.problems])}")
    with session.counting() as seen:
        taken = inbox.ingest(
            session.home, shop=shop, files=files, today=_today(), said=said, now=_now(), seen=seen
        )
    refused = [each for each in taken if each.status == "refused"]
    session.say(_counted(taken))
    if held := [each.file for each in taken if each.status == "held"]:
        session.say(tr("{count} held back as doubtful: {names}", count=len(held), names=", ".join(held)))
    for each in taken:
        for problem in each.problems if each.status in ("refused", "held") or len(taken) <= 20 else ():
            session.say(f"{each.shop}/{each.file}: {problem.text}")
        if each.restated_days:
            days = ", ".join(map(str, each.restated_days[-5:]))
            session.say(tr("{file}: replaced the figures of {days}", file=each.file, days=days))
    session.end({"files": [_document(each) for each in taken]}, bool(refused))


def check(session: Session, files: list[Path]) -> NoReturn:
    """What each file is, what it lacks, what will be ignored."""
    found = inbox.check(files, today=_today(), own_layouts=own_layouts(session.home))
    for each in found:
        what = kind_name(each.kind) if each.ok else tr("not accepted")
        session.say(f"{each.file}: {what} · {each.rows} · {each.first_day} – {each.last_day}")
        for problem in each.problems:
            session.say(f"  {problem.text}")
    documents = [
        {**dataclasses.asdict(each), "problems": [problem.text for problem in each.problems]}
        for each in found
    ]
    session.end({"files": documents}, any(not each.ok for each in found))


def template(session: Session, kind: str, output: Path | None) -> NoReturn:
    """A template to the file, or to the screen."""
    text = read_template(kind)
    if output is None:
        if not session.as_json:
            sys.stdout.write(text)
        session.end({"kind": kind, "template": text})
    # A byte order mark makes Excel on Windows read the Chinese headers right.
    output.write_text(text, encoding="utf-8-sig", newline="")
    session.say(tr("Wrote {file}", file=output))
    session.end({"kind": kind, "file": output})


def request_of(
    job: str, shops: tuple[str, ...], days: tuple[str, str], campaign: str, values: list[str]
) -> Request:
    """The request of a `run` command line; `values` are name=value texts."""
    pairs = dict(value.partition("=")[::2] for value in values)
    if "" in pairs:
        raise ParamsError("-p takes a name and a value, as in: -p window_days 14")
    for name in ("shop", "home"):
        if name in pairs:
            raise ParamsError("Give {name} as --{name}, not as -p {name}.", name=name)
    first, last = pairs.pop("date", "") or days[0], days[1]
    for name, day in (("--date", first), ("--to", last)):
        if day:
            calendar_days.parse_day(day, name)
    campaign = pairs.pop("campaign", "") or campaign
    return Request(job, shops, first, last or first, campaign, lang=pairs.pop("lang", ""), values=dict(pairs))


def forced(request: Request, force: bool) -> Request:
    return dataclasses.replace(request, force=force)


def run(session: Session, request: Request, how: How) -> NoReturn:
    """Run, publish the site, mail if asked."""
    made = plan(session.home, dataclasses.replace(request, lang=request.lang or session.lang))
    result = _run(session, made, how)
    publish_site(session.home)
    folders = {job.folder for job in made.jobs}
    fresh = [each for each in entries(session.home.reports) if each.folder in folders]
    sent = deliver_all(session, fresh, outbox.Sending()) if how.mail else []
    name_uncertain(session)
    failed = bool(made.left_out) or result.exit_code != 0 or any(not each.ok for each in sent)
    session.end(
        {
            "notebooks": result.to_json(),
            "left_out": made.left_out,
            "mails": [dataclasses.asdict(each) for each in sent],
        },
        failed,
    )


def doctor(session: Session) -> NoReturn:
    """Every check with its cure."""
    found = checkup.examine(session.home)
    marks = {True: "✓", False: "✗", None: "–"}
    rows = [(marks[each.ok], each.name, each.said) for each in found]
    session.table(tr("Check-up"), ("", tr("What"), tr("Found")), rows)
    session.end(
        {"checks": [dataclasses.asdict(each) for each in found]}, any(each.ok is False for each in found)
    )


def prune(session: Session, keep_days: int) -> NoReturn:
    """Remove report folders and mails older than `keep_days`; history and raw files stay."""
    oldest = (_today() - dt.timedelta(days=keep_days)).isoformat()
    gone = [path for path in session.home.reports.glob("*/????-??-??") if path.name < oldest]
    for path in gone:
        shutil.rmtree(path)
    letters = [path for path in session.home.outbox.glob("*/*.eml") if path.name[:10] < oldest]
    for path in letters:
        path.unlink()
    publish_site(session.home)
    session.say(tr("Removed {reports} report days and {mails} mails.", reports=len(gone), mails=len(letters)))
    session.end({"reports": len(gone), "mails": len(letters)})


def _run(session: Session, made: Plan, how: How) -> BatchResult:
    for shop, reason in made.left_out.items():
        session.say(f"{shop}: {reason}")
    if how.cluster:
        from shopbook.run.cluster import run_cluster

        result = run_cluster(made.jobs, how.cluster, engine=how.engine, console=session.console)
    else:
        result = run_batch(made.jobs, jobs_parallel=how.jobs, engine=how.engine, console=session.console)
    session.console.print(result.table())
    return result


def _counted(taken: list[inbox.Ingested]) -> str:
    def count(status: str) -> int:
        return sum(each.status == status for each in taken)

    return tr(
        "{accepted} files taken in, {unchanged} unchanged, {refused} refused",
        accepted=count("accepted"),
        unchanged=count("unchanged"),
        refused=count("refused"),
    )


def _document(each: inbox.Ingested | Preview) -> dict[str, Any]:
    return {**dataclasses.asdict(each), "problems": [problem.text for problem in each.problems]}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).astimezone()


def _today() -> dt.date:
    return calendar_days.today()
