"""The command line: every command an operator, a scheduler or an analyst calls."""

import itertools
import sys
from pathlib import Path
from typing import Annotated

import typer

from shopbook.errors import ParamsError
from shopbook.home import Home, find_home, home_at
from shopbook.run import workers
from shopbook.run.command import cli_records, early, faults
from shopbook.run.command.cli_options import (
    Day,
    Json,
    Shop,
    Shops,
    commands,
    delivery,
    module,
    mornings,
    taking,
)
from shopbook.run.command.console import Session, say_error
from shopbook.text import LANGUAGES, set_language

app = typer.Typer(
    name="shopbook",
    help="Exports in, a market-relative report and mail out. / 导出放进来，报告和邮件出去。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_GLOBAL = ("--home", "--data", "--lang")
_NEED_NO_HOME = ("demo", "init", "doctor", "check", "template")


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[str, typer.Option(help="Folder that holds params/ (default: $SHOPBOOK_HOME).")] = "",
    data: Annotated[str, typer.Option(help="Data folder (default: data/ of the home folder).")] = "",
    lang: Annotated[
        str,
        typer.Option(envvar="SHOPBOOK_LANG", help="zh or en, over the shop's own (default: $SHOPBOOK_LANG)."),
    ] = "",
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a fault.")] = False,
) -> None:
    """Options of every command."""
    begun, words = context.obj
    if lang and lang not in LANGUAGES:
        raise ParamsError("--lang {found!r} is not one of {known}.", found=lang, known=", ".join(LANGUAGES))
    set_language(lang or "zh")
    needs_none = context.invoked_subcommand in _NEED_NO_HOME or "--help" in words
    context.obj = Session(_home(context.invoked_subcommand or "", home, data, needs_none), lang)
    begun.append(context.obj)


def _home(command: str, home: str, data: str, needs_none: bool) -> Home:
    """Where the command works; some need no home, and two make one."""
    try:
        return find_home(home, data)
    except ParamsError:
        if not needs_none:
            raise
        return home_at(home or ("shopbook-demo" if command == "demo" else "."), data)


@app.command()
def init(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Folder; default: this one.")] = None,
    json: Json = False,
) -> None:
    """Lay out a home: params to edit, notebooks, data folders; again later: renew what was not edited."""
    module("new").init(context.obj.using(json), folder)


@app.command()
def demo(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=60, max=3650, help="How many days of exports.")] = 182,
    shops: Annotated[int, typer.Option(min=1, max=500, help="How many shops.")] = 2,
    json: Json = False,
) -> None:
    """Generate demo exports, ingest them, run every report of the newest day, publish, write mails."""
    commands().demo(context.obj.using(json), days=days, shops=shops)


@app.command()
def ingest(
    context: typer.Context,
    files: Annotated[list[Path] | None, typer.Argument(help="Files; default: all of data/inbox.")] = None,
    shop: Shop = "",
    item: Annotated[str, typer.Option(help="Item id, where a file does not carry it.")] = "",
    date: Day = "",
    attribution_days: Annotated[
        int, typer.Option(min=0, max=365, help="Ad attribution window of the file.")
    ] = 0,
    yes: Annotated[bool, typer.Option("--yes", help="Take what was held back as doubtful.")] = False,
    json: Json = False,
) -> None:
    """Take exports into the history; a refused file stays, with <file>.reason.txt beside it."""
    about = {"item_id": item, "day": date, "attribution_days": attribution_days, "yes": yes}
    taking().ingest(context.obj.using(json), files or [], shop=shop, about=about)


@app.command()
def check(context: typer.Context, files: list[Path], json: Json = False) -> None:
    """Say what files are, what is missing and what will be ignored; changes nothing."""
    taking().check(context.obj.using(json), files)


@app.command("map")
def map_(
    context: typer.Context,
    file: Path,
    kind: Annotated[str, typer.Option(help="What it is: a kind of `shopbook template`.")] = "",
    columns: Annotated[
        list[str] | None, typer.Option("--column", metavar="HEADER=COLUMN", help="What a header means.")
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the mapping; default: from the file's name.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Save without asking.")] = False,
    json: Json = False,
) -> None:
    """Propose kind and columns of an unknown layout, show how it would be read, save it for this home."""
    from shopbook.run.command import mapping

    mapping.map_file(context.obj.using(json), file, mapping.Wanted(kind, tuple(columns or ()), name, yes))


@app.command()
def template(
    context: typer.Context,
    kind: str,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write.")] = None,
    shop: Shop = "",
    date: Day = "",
    json: Json = False,
) -> None:
    """Write a hand-filled template; `morning` is the sheet with all rows a shop types each day."""
    taking().template(context.obj.using(json), kind, output, shop=shop, date=date)


@app.command()
def run(
    context: typer.Context,
    job: Annotated[str, typer.Argument(help="A job (daily, product_lifecycle ...) or a notebook's path.")],
    shop: Shops = None,
    all_shops: Annotated[bool, typer.Option("--all", help="Every shop with data (the default).")] = False,
    date: Day = "",
    first: Annotated[str, typer.Option("--from", help="First day of a backfill.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last day of a backfill.")] = "",
    campaign: Annotated[str, typer.Option(help="Campaign id.")] = "",
    values: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="name=value (or: -p name value).")
    ] = None,
    jobs: Annotated[int, typer.Option(min=0, max=1000, help="Processes at once; 0 is one per core.")] = 0,
    engine: Annotated[str, typer.Option(help="warm or papermill.")] = "",
    cluster: Annotated[str, typer.Option(help="Scheduler address, tcp://host:8786.")] = "",
    mail: Annotated[bool, typer.Option("--mail", help="Send the mails afterwards.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Run even when nothing changed.")] = False,
    json: Json = False,
) -> None:
    """Run the notebooks of a job and publish the pages."""
    if shop and all_shops:
        raise ParamsError("Give either --shop or --all, not both.")
    if date and (first or last):
        raise ParamsError("Give either --date or --from and --to, not both.")
    if not cluster:
        workers.begin(engine)
    do = commands()
    request = do.request_of(job, tuple(shop or ()), (date or first, date or last), campaign, values or [])
    how = do.How(jobs=jobs, engine=engine, cluster=cluster, mail=mail)
    do.run(context.obj.using(json), do.forced(request, force), how)


@app.command()
def due(
    context: typer.Context,
    now: Annotated[str, typer.Option(help="The moment, 2026-11-21T08:30+08:00 (default: now).")] = "",
    json: Json = False,
) -> None:
    """The whole morning in one call: take in, run what is due, publish, mail. Safe every 5 minutes."""
    early.begin(context.obj.home, now)
    mornings().due(context.obj.using(json), now)


@app.command()
def watch(context: typer.Context, json: Json = False) -> None:
    """The same as `due`, in a loop on a desktop: whenever a file arrives, until Ctrl-C."""
    mornings().watch(context.obj.using(json))


@app.command()
def schedule(context: typer.Context, json: Json = False) -> None:
    """Print the crontab line, systemd timer, Windows task and the next times."""
    mornings().schedule(context.obj.using(json))


@app.command()
def publish(context: typer.Context, json: Json = False) -> None:
    """Rebuild the static site over data/reports."""
    delivery().publish(context.obj.using(json))


@app.command()
def mail(
    context: typer.Context,
    shop: Shop = "",
    date: Day = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say who would get what.")] = False,
    resend: Annotated[
        str, typer.Option("--resend", metavar="[ID]", help="Send the mail of unknown fate ID (or all) again.")
    ] = "",
    confirm: Annotated[str, typer.Option(metavar="ID", help="The mail of unknown fate ID has arrived.")] = "",
    json: Json = False,
) -> None:
    """Send the newest reports, or write .eml files; never twice for one report version."""
    session = context.obj.using(json)
    if confirm:
        delivery().confirm(session, confirm)
    delivery().mail(session, shop=shop, date=date, dry_run=dry_run, resend=resend)


@app.command()
def actions(
    context: typer.Context,
    action: Annotated[str, typer.Argument(metavar="[ID]", help="The action's id.")] = "",
    answer: Annotated[
        str, typer.Argument(metavar="[ANSWER]", help="done, expected, false (a false alarm) or later.")
    ] = "",
    until: Annotated[str, typer.Option(help="The day on which `later` comes back, YYYY-MM-DD.")] = "",
    shop: Shop = "",
    json: Json = False,
) -> None:
    """List what is open, or answer an action; the next report takes the answer into account."""
    from shopbook.run.command import actions as do

    do.actions(context.obj.using(json), shop=shop, id=action, word=answer, until=until)


@app.command("new-shop")
def new_shop(
    context: typer.Context,
    shop: Annotated[str, typer.Argument(help="Shop id, the folder name under data/inbox.")],
    name: Annotated[str, typer.Option(help="The shop's name.")] = "",
    category: Annotated[str, typer.Option(help="Its category, as the market export writes it.")] = "",
    recipient: Annotated[
        list[str] | None, typer.Option(help="Mail address, or address:role+role; may be given several times.")
    ] = None,
    platform: Annotated[str, typer.Option(help="tmall, taobao, jd, pdd, douyin ...")] = "tmall",
    timezone: Annotated[str, typer.Option(help="The shop's time zone.")] = "Asia/Shanghai",
    at: Annotated[str, typer.Option(help="When the daily reports of this home are due, HH:MM.")] = "",
    json: Json = False,
) -> None:
    """Write params/shops/<id>.yaml and make its drop folder; asks for what no option says."""
    from shopbook.run.command import new_shop as do

    wanted = do.Wanted(name, category, tuple(recipient or ()), platform, timezone, at)
    do.new_shop(context.obj.using(json), shop, wanted)


@app.command("new-campaign")
def new_campaign(context: typer.Context, campaign: str, json: Json = False) -> None:
    """Write params/campaigns/<id>.yaml with comments."""
    module("new").new_campaign(context.obj.using(json), campaign)


@app.command("new-report")
def new_report(context: typer.Context, name: str, json: Json = False) -> None:
    """Write notebooks/custom/<name>.ipynb from a template, with a test beside it."""
    module("new").new_report(context.obj.using(json), name)


@app.command()
def lab(context: typer.Context, json: Json = False) -> None:
    """Open JupyterLab at the start page."""
    module("new").lab(context.obj.using(json))


for _command in (
    cli_records.verify,
    cli_records.trace,
    cli_records.diff,
    cli_records.mcp,
    cli_records.doctor,
    cli_records.prune,
    cli_records.repair,
    cli_records.undo,
):
    app.command()(_command)


def arranged(arguments: list[str]) -> list[str]:
    """Global options first, `-p name value` as `-p name=value`, a bare `--resend` as `--resend all`."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word.split("=")[0] in _GLOBAL:
            front += [word] if "=" in word else [word, *itertools.islice(words, 1)]
        elif word == "--debug":
            front.append(word)
        elif word == "-p":
            name = next(words, "")
            rest += ["-p", name if "=" in name else f"{name}={next(words, '')}"]
        elif word == "--resend":
            following = next(words, "")
            has_id = bool(following) and not following.startswith("-")
            rest += [word, following] if has_id else [word, "all", *([following] if following else [])]
        else:
            rest.append(word)
    return front + rest


def main(arguments: list[str] | None = None) -> None:
    """Entry point: 0 done, 1 something failed or was refused, 2 wrong use."""
    words = arranged(sys.argv[1:] if arguments is None else arguments)
    begun: list[Session] = []
    faults.hold_streams()
    faults.speak_anywhere()
    try:
        app(words, obj=(begun, words))
    except BrokenPipeError:
        faults.leave_quietly()
    except Exception as problem:
        if "--debug" in words:
            raise
        told = faults.told(problem, begun[0].home if begun else None)
        sys.exit(say_error(told, 2 if isinstance(told, ParamsError) else 1, as_json="--json" in words))
