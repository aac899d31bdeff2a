"""What became of a file, what the operator said of it, and what an import tells about what it did."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from shopbook.columns import label
from shopbook.errors import HistoryError, machine_error
from shopbook.history.imported import Imported
from shopbook.history.merge import SEPARATOR
from shopbook.history.restated import Restated
from shopbook.read import Problem
from shopbook.read.problems import blocking, info
from shopbook.text import tr

Status = Literal["accepted", "refused", "unchanged", "held"]
_BY_MACHINE = ("not_stored", "no_access")
_SHOWN = 3  # days whose old and new figures are told


@dataclass(frozen=True)
class Ingested:
    """What became of one file."""

    file: str
    shop: str
    kind: str
    status: Status
    days: tuple[dt.date, ...] = ()
    restated_days: tuple[dt.date, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def by_machine(self) -> bool:
        """Whether the machine refused it (a full disk, a missing right) and not what it holds."""
        return any(each.code in _BY_MACHINE for each in self.problems)


@dataclass(frozen=True)
class Said:
    """What the operator says about files that do not say it themselves; `yes` takes what is doubtful."""

    item_id: str = ""
    day: dt.date | None = None
    attribution_days: int | None = None
    yes: bool = False

    @property
    def about(self) -> dict[str, Any]:
        """What the reader is told."""
        return {name: value for name, value in vars(self).items() if name != "yes"}

    def told(self) -> dict[str, str]:
        """As plain values for the ledger."""
        return {name: str(value) for name, value in self.about.items() if value}


def by_hand() -> Problem:
    """What to do with a file that is held."""
    return info(
        "held",
        "Nothing was stored; the file stays where it is.\n  What to do: move it to its shop's folder, "
        "download it again, or take it as it is: shopbook ingest --yes.",
    )


def failed(error: Exception) -> Problem:
    """The refusal of a file that was read and could not be stored."""
    detail = str(error) if isinstance(error, HistoryError) else f"{type(error).__name__}: {error}"
    if isinstance(error, UnicodeEncodeError):  # a name that the machine's encoding lacks
        detail = str(machine_error(error))
    return blocking(
        "not_stored",
        "the file was read and could not be stored ({detail}).\n  Found: the history is "
        "as it was\n  What to do: check "
        "the disk and run shopbook doctor, then import again.",
        detail=detail,
    )


def told_of(written: Imported) -> list[Problem]:
    """What an import did that a person wants to know: figures replaced, kept, healed."""
    found = []
    if written.healed:
        found.append(
            info("healed", "{days} was damaged and is made anew from data/raw/.", days=list(written.healed))
        )
    if days := [day for day in written.narrower if day]:
        text = "holds less than was stored of {days}: its figures replace those there, the rest is kept."
        found.append(info("narrower", text, days=days))
    elif written.narrower:
        text = "holds less than was stored: its figures replace those there, the rest is kept."
        found.append(info("narrower", text))
    found += [_restated(each) for each in written.restated[-_SHOWN:]]
    return found


def _restated(each: Restated) -> Problem:
    """Which figures became others; of what was replaced as a whole, in which columns."""
    columns = tr(", ").join(label(name) for name in each.columns)
    if not each.figures and each.day:
        text = "{day}: replaced as a whole; other now: {what}."
        return info("restated", text, day=str(each.day), what=columns)
    if not each.figures:
        return info("restated", "takes the place of the sheet before; other now: {what}.", what=columns)
    name, (old, new) = next(iter(each.figures.items()))
    row = SEPARATOR.join(map(label, each.key.split(SEPARATOR)))
    what = " ".join(filter(None, (label(name), row)))
    told: dict[str, Any] = {"count": each.cells, "what": what, "old": _shown(old), "new": _shown(new)}
    if each.day:
        text = "{day}: {count} figures replaced ({what}: {old} → {new})."
        return info("restated", text, day=str(each.day), **told)
    return info("restated", "{count} figures replaced ({what}: {old} → {new}).", **told)


def _shown(value: object) -> str:
    return f"{value:,.12g}" if isinstance(value, float) else str(value if value is not None else "–")


def still_written() -> Problem:
    """The refusal of a file that changed while it was read."""
    return blocking(
        "not_whole",
        "the file changed while it was read.\n  Found: it is still being written\n  What to do: wait until "
        "the download is over and import again.",
    )
