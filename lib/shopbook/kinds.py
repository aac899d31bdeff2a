"""The kinds of exports, from params/kinds.yaml: names, place, grain, parts, layouts, template of each."""

from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shopbook import plugins
from shopbook.home import PROJECT
from shopbook.text import language, tr
from shopbook.yaml_file import load_yaml

FILE = PROJECT / "params" / "kinds.yaml"
LOOKBACK = 126  # 18 weeks teach the shop's own noise; an entry of kinds.yaml says less for long files


class HalfMade(ValueError):
    """An entry of kinds.yaml that lacks something: a fault of the project, never of an operator's file."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Entry):
    """A text in both languages."""

    zh: str = Field(description="the Chinese text")
    en: str = Field(description="the English text")

    def __str__(self) -> str:
        """The text in the current language."""
        return self.zh if language() == "zh" else self.en


class Named(_Entry):
    """A column that only this kind knows."""

    unit: str = Field(description="its unit")
    aliases: tuple[str, ...] = Field(description="its names in exports")


class Names(_Entry):
    """What the headers of a kind mean, beside the names that every kind knows (params/columns.yaml)."""

    only: bool = False
    keep_others: bool = False
    aliases: dict[str, str] = {}
    fields: dict[str, Named] = {}
    ignored: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()
    always: tuple[str, ...] = ()


class Layout(_Entry):
    """One shape of a kind's file. In `keys`, `a|b` means one of both; of `marks`, one header must stand."""

    report: str = ""
    rows: str = ""
    source: str = Field(description="where its header row is known from")
    place: Words | None = None
    keys: tuple[str, ...] = Field(description="the columns without which it is not this report")
    marks: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    totals: str = ""
    wide: bool = False
    own_days: bool = Field(default=False, description="no name or title says the day of its rows")
    header: tuple[str, ...] = ()


class Template(_Entry):
    """A file to fill in by hand: its headers and one row as an operator would fill it."""

    header: tuple[str, ...] = Field(min_length=1, description="the headers")
    example: tuple[str, ...] = Field(min_length=1, description="one filled row")


class Other(_Entry):
    """A report that looks like a kind and is not: what it is, how it is told apart, what to do with it."""

    name: str
    zh: str = Field(description="what an operator calls it")
    en: str = Field(description="its English name")
    platform: str = "taobao"
    dims: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    instead: Words | None = None

    def __str__(self) -> str:
        """What an operator calls it, in the current language."""
        return self.zh if language() == "zh" else self.en


class Kind(_Entry):
    """One kind of export."""

    name: str
    zh: str = Field(description="the name an operator knows")
    en: str = Field(description="its English name")
    platform: Literal["taobao", "any"] = Field(description="the platform it comes from, or any")
    place: Words | None = None
    grain: tuple[str, ...] = Field(description="the columns that make a row unique")
    parts: tuple[str, ...] = ()
    dated: Literal["day", "month", "never"] = Field(description="how a row is dated")
    one_day: bool = False
    running_day: bool = False
    irregular: bool = False
    lookback: int = LOOKBACK
    template: Template | None = None
    layouts: tuple[Layout, ...] = Field(min_length=1, description="at least one layout with its keys")
    columns: Names = Field(description="the names of its columns")

    def __str__(self) -> str:
        """The name an operator knows, in the current language."""
        return self.zh if language() == "zh" else self.en

    @property
    def where(self) -> str:
        """Where it is downloaded, or that its template is filled in by hand."""
        return str(self.place) if self.place else tr("`shopbook template {kind}`", kind=self.name)


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by name, most particular first; those that packages add come last."""
    ours = _file()["kinds"]
    theirs = {
        name: entry["kind"] for name, entry in plugins.things(plugins.KINDS).items() if name not in ours
    }
    return made_of({**ours, **theirs}, FILE.name)


@cache
def others() -> dict[str, Other]:
    """Every report that is told apart from the kinds, by name."""
    return {name: Other(name=name, **row) for name, row in _file()["others"].items()}


@cache
def _file() -> Any:
    return load_yaml(FILE)


def made_of(entries: dict[str, Any], file: str) -> dict[str, Kind]:
    """The kinds of some entries; one sentence for all that half-made ones lack."""
    made: dict[str, Kind] = {}
    lacking: list[str] = []
    for name, row in entries.items():
        try:
            made[name] = Kind(name=name, **row)
        except ValidationError as error:
            lacking += [_said(name, fault) for fault in error.errors()]
            continue
        if made[name].place is None and made[name].template is None:
            lacking.append(f"{name} lacks place or template: nobody can get such a file")
    if lacking:
        raise HalfMade(f"{file}: " + "; ".join(lacking))
    return made


def _said(kind: str, fault: Any) -> str:
    """What one entry lacks, in words."""
    place = ".".join(str(step) for step in fault["loc"])
    if fault["type"] != "missing":
        return f"{kind}: {place}: {fault['msg']} (found {fault['input']!r})"
    return f"{kind} lacks {place} ({_described(fault['loc'])})"


def _described(steps: tuple[int | str, ...]) -> str:
    """What the field at the end of `steps` is for."""
    models: dict[int | str, type[BaseModel]] = {
        "layouts": Layout,
        "template": Template,
        "place": Words,
        "columns": Names,
        "fields": Named,
    }
    owner: type[BaseModel] = next((models[step] for step in reversed(steps[:-1]) if step in models), Kind)
    return owner.model_fields[str(steps[-1])].description or ""


def kind_name(kind: str) -> str:
    """The export's name an operator knows, in the run's language; an unknown kind stands for itself."""
    known = kinds().get(kind)
    return str(known) if known else kind


def kind_place(kind: str) -> str:
    """Where an export comes from, in words an operator can follow."""
    known = kinds().get(kind)
    return known.where if known else kind


def is_irregular(kind: str) -> bool:
    """Whether no day of a kind is late: it is filled in when something happens, or without any date."""
    known = kinds().get(kind)
    return known is not None and known.irregular


def lookback(kind: str) -> int:
    """How many days of a kind the daily pages read back."""
    known = kinds().get(kind)
    return known.lookback if known else LOOKBACK
