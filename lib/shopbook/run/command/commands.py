"""What each command does, with its answer for people and for programs."""

import dataclasses
import datetime as dt
import shutil
from dataclasses import dataclass
from typing import Any, NoReturn

from shopbook import days as calendar_days
from shopbook.errors import ParamsError
from shopbook.run import home_files, intake
from shopbook.run.batch import BatchResult, run_batch
from shopbook.run.command import checkup
from shopbook.run.command.console import Session
from shopbook.run.command.delivery import deliver_all, name_uncertain
from shopbook.run.command.taking import counted
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
    taken = intake.demo_shops(session.home, shops=shops, days=days, today=calendar_days.today())
    session.say(counted(taken))
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
    if last and last < first:
        raise ParamsError("--from {first} lies after --to {last}.", first=first, last=last)
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
    oldest = (calendar_days.today() - dt.timedelta(days=keep_days)).isoformat()
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
