"""Commands about what is there already: reports to prove, imports to take back, a home to look after."""

from pathlib import Path
from typing import Annotated

import typer

from papermill_warm.quick_import import import_jsonschema
from shopbook.run.command.cli_options import Day, Json, Shop, commands, upkeep


def verify(
    context: typer.Context,
    reports: Annotated[
        list[str] | None, typer.Argument(help="Pages or folders of reports; default: each shop's newest day.")
    ] = None,
    shop: Shop = "",
    date: Day = "",
    engine: Annotated[str, typer.Option(help="warm or papermill; default: the report's own.")] = "",
    json: Json = False,
) -> None:
    """Make published reports again from their recorded inputs and compare every byte; changes nothing."""
    import_jsonschema()
    from shopbook.run.command import proof

    proof.verify(context.obj.using(json), reports or [], shop=shop, date=date, engine=engine)


def trace(
    context: typer.Context,
    report: Annotated[str, typer.Argument(help="findings.json, a page, or shop/day/family/notebook.")],
    figure: Annotated[str, typer.Argument(help="A finding's id, or id:figure; default: list them.")] = "",
    json: Json = False,
) -> None:
    """Say where a figure comes from, down to file, sheet and row, and compare it with the raw files."""
    import_jsonschema()
    from shopbook.run.command import tracing

    tracing.trace(context.obj.using(json), report, figure)


def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="findings.json, a page, shop/day/family/notebook, or a folder.")],
    new: Annotated[str, typer.Argument(help="The report or folder to set beside it.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Page to write.")] = None,
    json: Json = False,
) -> None:
    """Set two reports, or folders of reports, side by side: what a reader would see differ."""
    import_jsonschema()
    from shopbook.run.command import tracing

    tracing.diff(context.obj.using(json), old, new, output)


def mcp(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="List the tools instead of serving them.")] = False,
) -> None:
    """Answer assistants over standard input and output: read only, no network (extra `assistant`)."""
    import_jsonschema()
    from shopbook.run.command import assisting

    assisting.mcp(context.obj.using(json), only_list=json)


def doctor(context: typer.Context, json: Json = False) -> None:
    """Check fonts, kernel, folders, parameters, mail settings, and name mails of unknown fate."""
    commands().doctor(context.obj.using(json))


def prune(
    context: typer.Context,
    keep_days: Annotated[int, typer.Option(min=30, max=36500, help="Days of reports to keep.")] = 400,
    json: Json = False,
) -> None:
    """Remove old reports and mails; history and raw files stay."""
    commands().prune(context.obj.using(json), keep_days)


def repair(context: typer.Context, json: Json = False) -> None:
    """Make damaged days anew from data/raw, put torn lines aside, remove leftovers of killed writes."""
    upkeep().repair(context.obj.using(json))


def undo(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[ID]", help="An import to take back.")] = "",
    shop: Shop = "",
    json: Json = False,
) -> None:
    """List the imports; with an ID put the history back as it was before that one."""
    upkeep().undo(context.obj.using(json), name, shop)
