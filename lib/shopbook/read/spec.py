"""The shape of one export: which columns make it that report, what a row is, how it becomes tidy."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from shopbook.kinds import Kind, Layout
from shopbook.read.headers import canonical, normal, unitless
from shopbook.read.mapping import OwnLayout
from shopbook.read.names import FileName
from shopbook.read.problems import Problem
from shopbook.read.sniff import Sheet
from shopbook.read.values import Values


@dataclass(frozen=True)
class OfShop:
    """What is known of the shop a file was put down for, and the layouts its home has mapped.

    `codes` says which item a merchant's code belongs to, for files that name no item.
    """

    id: str = ""
    category: str = ""
    platform: str = ""
    own_layouts: tuple[OwnLayout, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Asked:
    """What the caller says about a file beside its bytes."""

    file: str
    name: FileName
    shop: OfShop = OfShop()
    today: dt.date | None = None
    item_id: str = ""
    day: dt.date | None = None
    attribution_days: int | None = None


@dataclass
class Draft:
    """A table on its way: tidy columns so far, the layout and sheet it came from, the problems found."""

    values: Values
    asked: Asked
    layout: Layout
    sheet: str = ""
    banner: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What file name, sheet name and banner say."""
        return " ".join((self.asked.file, self.sheet, *self.banner))


Shape = Callable[[Draft], Values]
Whole = Callable[[Sheet, Asked, list[Problem]], Values]


def _as_it_is(draft: Draft) -> Values:
    return draft.values


@dataclass(frozen=True)
class Spec:
    """One layout of a kind with the function that makes it tidy; `whole` reads what is not one table."""

    of: Kind
    layout: Layout
    shape: Shape = _as_it_is
    whole: Whole | None = None

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return self.of.name

    @property
    def report(self) -> str:
        """Which of the kind's reports it is."""
        return self.layout.report

    def missing(self, header: tuple[str, ...], *, has_day: bool = False) -> tuple[str, ...]:
        """The keys that `header` lacks; a day that is known otherwise needs no column."""
        is_day_known = has_day and not self.layout.own_days
        have = canonical_set(self.kind, header) | ({"date"} if is_day_known else set())
        return tuple(key for key in self.layout.keys if not have.intersection(key.split("|")))

    def fits(self, header: tuple[str, ...], *, has_day: bool = False) -> bool:
        """Whether `header` is the header row of this report."""
        if self.missing(header, has_day=has_day) or canonical_set(self.kind, header).intersection(
            self.layout.without
        ):
            return False
        marks = self.layout.marks
        return not marks or bool(_normal_set(header).intersection(map(normal, marks)))

    def known(self, header: tuple[str, ...]) -> int:
        """How many cells of `header` this report knows."""
        return sum(canonical(self.kind, cell) is not None for cell in header if cell)


@lru_cache(maxsize=4096)
def canonical_set(kind: str, header: tuple[str, ...]) -> frozenset[str]:
    """The canonical columns of `kind` in a header row."""
    found = (canonical(kind, cell) for cell in header if cell)
    return frozenset(entry[0] for entry in found if entry and entry[0])


@lru_cache(maxsize=1024)
def _normal_set(header: tuple[str, ...]) -> frozenset[str]:
    names = [normal(cell) for cell in header]
    return frozenset((*names, *map(unitless, names)))
