"""What `map` does: propose what an unknown file is, show how it would be read, save that for this home."""

import dataclasses
import re
import sys
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import typer

from shopbook.columns import label
from shopbook.days import today
from shopbook.errors import ExportError, ParamsError
from shopbook.kinds import kind_name, kinds
from shopbook.read import read_export
from shopbook.read.export import ExportTable
from shopbook.read.mapping import OwnLayout, as_text, mappable, own_layouts, path_of
from shopbook.read.names import file_name, shown
from shopbook.read.proposal import Proposal, propose
from shopbook.read.sniff import open_bytes
from shopbook.read.spec import OfShop
from shopbook.run.command.console import Session
from shopbook.run.manifest import write_whole
from shopbook.text import tr

_ROWS = 5
_NAME = re.compile(r"[\w][\w.-]{0,59}")


@dataclass(frozen=True)
class Wanted:
    """A mapping as asked for; what is empty is proposed."""

    kind: str = ""
    columns: tuple[str, ...] = ()
    name: str = ""
    yes: bool = False


def map_file(session: Session, file: Path, wanted: Wanted) -> NoReturn:
    """Propose, show, ask where somebody can answer, save."""
    asks = sys.stdin.isatty() and not session.as_json and not wanted.yes
    said = _said(wanted)
    made = _proposed(file, wanted.kind, said)
    _show(session, made)
    if asks:
        while made.missing:
            said |= _asked(made)
            made = _proposed(file, made.kind, said)
        _show(session, made)
    _check_columns(made)
    if made.foreign and not wanted.kind and not asks:
        raise ExportError(
            "its rows may be about {columns}, not {kind}. If they are not, say so: --kind {name}.",
            columns=", ".join(map(label, made.foreign)),
            kind=kind_name(made.kind),
            name=made.kind,
        )
    name = wanted.name or _name_of(file)
    path = path_of(session.home, name)
    layout = _free(session, path, made.layout(name))
    table = _tried(session, file, made.kind, layout)
    saved = wanted.yes or (asks and typer.confirm(tr("Save this mapping?")))
    if saved:
        write_whole(path, as_text(layout, shown(file.name)).encode())
        session.say(tr("Wrote {file}; files with these headers are read from now on.", file=path))
    else:
        session.say(tr("Nothing saved. With --yes it is saved as {file}.", file=path))
    session.end(_document(made, table.height, _first(table), path if saved else None))


def _tried(session: Session, file: Path, kind: str, layout: OwnLayout) -> ExportTable:
    """The file as the mapping would have it read, its first rows shown."""
    table = read_export(file, today=today(), shop=OfShop(own_layouts=(layout,)))
    if table.kind != kind:
        raise ParamsError(
            "{file} is read as {found}, not as {kind}: no mapping is needed.",
            file=shown(file.name),
            found=kind_name(table.kind),
            kind=kind_name(kind),
        )
    session.table(
        tr("As it would be read: {kind}", kind=kind_name(kind)),
        [label(str(column)) for column in table.frame.columns],
        [list(row.values()) for row in _first(table)],
    )
    for problem in table.problems:
        session.say(f"  {problem.text}")
    return table


def _first(table: ExportTable) -> list[dict[Hashable, str]]:
    rows: list[dict[Hashable, str]] = table.frame.head(_ROWS).astype(str).to_dict("records")
    return rows


def _said(wanted: Wanted) -> dict[str, str]:
    if wanted.kind and wanted.kind not in kinds():
        raise ParamsError(
            "--kind {found!r} is not one of {known}.", found=wanted.kind, known=", ".join(kinds())
        )
    said = {}
    for each in wanted.columns:
        header, equals, column = each.rpartition("=")
        if not equals or not header.strip():
            raise ParamsError("--column takes HEADER=COLUMN, as in: --column 来访人数=visitors")
        said[header.strip()] = column.strip()
    return said


def _proposed(file: Path, kind: str, said: dict[str, str]) -> Proposal:
    name = shown(file.name)
    made = propose(open_bytes(file.read_bytes(), name).sheets, name, kind=kind, said=said)
    if made is None:
        raise ExportError("{file}: no row of it looks like a header.", file=name)
    known = {each.header for each in made.matches}
    if strange := [header for header in said if header not in known]:
        raise ParamsError(
            "{file} has no header {found}. Its headers: {known}.",
            file=name,
            found=", ".join(strange),
            known=", ".join(known),
        )
    return made


def _check_columns(made: Proposal) -> None:
    """Columns the kind does not know, columns said twice, and keys nobody said."""
    columns = [each.column for each in made.matches if each.column]
    known = mappable(made.kind)
    if unknown := sorted(set(columns) - known):
        raise ParamsError(
            "{kind} has no column {columns}. Known: {known}.",
            kind=kind_name(made.kind),
            columns=", ".join(unknown),
            known=", ".join(sorted(known)),
        )
    if made.missing:
        raise ExportError(
            "nothing says which header is {columns} of {kind}.\n  Found: {found}\n  What to do: "
            "shopbook map FILE --kind KIND --column HEADER=COLUMN.",
            columns=", ".join(f"{label(each.split('|')[0])} ({each})" for each in made.missing),
            kind=f"{kind_name(made.kind)} ({made.kind})",
            found=", ".join(each.header for each in made.matches if not each.column) or "–",
        )


def _free(session: Session, path: Path, layout: OwnLayout) -> OwnLayout:
    """The mapping, when its name is a file name and no other layout has it."""
    if not _NAME.fullmatch(layout.name):
        raise ParamsError("--name {found!r}: letters, digits, - and _ only.", found=layout.name)
    for other in own_layouts(session.home):
        if other.name == layout.name and other.header_set != layout.header_set:
            raise ParamsError("{file} holds another layout; choose a --name.", file=path)
    return layout


def _name_of(file: Path) -> str:
    """The file's name without days, as a name."""
    stem = re.sub(r"\d{4}[-_.]?\d{2}[-_.]?\d{2}", "", Path(file_name(shown(file.name)).stem).stem)
    return re.sub(r"\W+", "-", stem).strip("-_")[:40] or "layout"


def _asked(made: Proposal) -> dict[str, str]:
    """Which header is the first column that is missing."""
    column = made.missing[0].split("|")[0]
    free = {each.header for each in made.matches if not each.column}
    while True:
        answer = str(typer.prompt(tr("Which header is {column}?", column=f"{label(column)} ({column})")))
        if answer.strip() in free:
            return {answer.strip(): column}
        if not free:
            raise typer.Abort


def _show(session: Session, made: Proposal) -> None:
    heads = (tr("Header"), tr("Column"), tr("Reason"), tr("Cells"))
    session.table(
        f"{kind_name(made.kind)} ({made.kind})",
        heads,
        [
            (
                each.header,
                f"{label(each.column)} ({each.column})" if each.column else "–",
                each.reason,
                ", ".join(each.samples),
            )
            for each in made.matches
        ],
    )


def _document(made: Proposal, height: int, rows: list[dict[Any, Any]], saved: Path | None) -> dict[str, Any]:
    return {
        "kind": made.kind,
        "columns": [dataclasses.asdict(each) for each in made.matches],
        "rows": height,
        "first_rows": rows,
        "saved": saved,
    }
