"""What `trace` and `diff` do."""

import dataclasses
from pathlib import Path
from typing import Any, NoReturn

from shopbook.run import diff as comparing
from shopbook.run import trace as tracing
from shopbook.run.command.console import Session
from shopbook.run.manifest import write_whole
from shopbook.run.raw_rows import Cell
from shopbook.text import tr

_SHOWN = 20


def trace(session: Session, report: str, figure: str) -> NoReturn:
    """The figures of a report with their addresses; or one of them, followed to its raw files."""
    told = tracing.document(session.home, report)
    if not figure:
        _list(session, told["findings"])
        findings = [
            {name: each.get(name) for name in ("id", "headline", "figures")} for each in told["findings"]
        ]
        session.end({"shop": told["shop"], "date": told["date"], "findings": findings})
    found = tracing.trace(session.home, told, figure)
    for each in found:
        _say(session, each)
    records = [{**dataclasses.asdict(each), "equal": each.equal} for each in found]
    session.end(
        {"shop": told["shop"], "date": told["date"], "traced": records}, not all(each.equal for each in found)
    )


def _list(session: Session, findings: list[dict[str, Any]]) -> None:
    columns = (tr("Figure"), tr("Printed"), tr("Rows of"), tr("Days"), tr("Columns"), tr("Rows"))
    for finding in findings:
        rows = [
            (
                each["name"],
                each["text"],
                source["kind"],
                " – ".join(dict.fromkeys((source["first_day"], source["last_day"]))),
                ", ".join(source["columns"]),
                source["rows"],
            )
            for each in finding.get("figures", ())
            for source in each["sources"]
        ]
        session.table(f"{finding['id']}: {finding['headline']}", columns, rows)


def _say(session: Session, traced: tracing.Traced) -> None:
    for figure in traced.figures:
        session.say(f"{traced.finding}:{figure.name} {figure.text}: {_verdict(figure)}")
    wrong = [each for each in traced.cells if not each.equal]
    shown = [*wrong, *(each for each in traced.cells if each.equal)][: max(_SHOWN, len(wrong))]
    columns = (tr("Day"), tr("Row"), tr("Column"), tr("History"), tr("Raw"), tr("Place"))
    rows = [
        (each.day, each.key, each.column, _value(each.value), _value(each.raw), f"{_place(each)} {each.note}")
        for each in shown
    ]
    session.table(traced.finding, columns, rows)
    count, equal = len(traced.cells), len(traced.cells) - len(wrong)
    session.say(
        tr("{equal} of {count} values of the history are equal to their raw files.", equal=equal, count=count)
    )
    for each in wrong:
        session.say(
            tr(
                "{place}: {column} is {raw} in the file and {value} in the history.",
                place=_place(each),
                column=each.column or "–",
                raw=_value(each.raw),
                value=_value(each.value),
            )
        )


def _verdict(figure: tracing.Shown) -> str:
    if figure.equal is None:
        return tr("its rows are given below; it is not computed again from them")
    if figure.equal:
        return tr("computed again from the raw rows: equal")
    return tr(
        "computed again from the raw rows: {again}, the report says {value}",
        again=figure.recomputed,
        value=figure.value,
    )


def _place(cell: Cell) -> str:
    row = tr("row {row}", row=cell.row) if cell.row else ""
    return " ".join(part for part in (cell.file, cell.sheet, row) if part)


def _value(value: object) -> str:
    return "–" if value is None else str(value)


def diff(session: Session, old: str, new: str, output: Path | None) -> NoReturn:
    """Two reports side by side: on the screen, or as a page."""
    found = comparing.diff(session.home, old, new)
    if output is not None:
        write_whole(output, comparing.page(found).encode())
        session.say(tr("{count} differences: {file}", count=len(found.changes), file=output))
    elif found.equal:
        session.say(tr("Nothing differs."))
    else:
        rows = [
            (
                " · ".join((each.report, *each.place)).strip(" ·"),
                comparing.shown(each.old),
                comparing.shown(each.new),
            )
            for each in found.changes
        ]
        session.table("", (tr("What"), old, new), rows)
        for side, names in ((old, found.only_old), (new, found.only_new)):
            if names:
                session.say(tr("Only in {side}: {names}", side=side, names=", ".join(names)))
    session.end({**dataclasses.asdict(found), "equal": found.equal})
