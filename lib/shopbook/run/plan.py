"""Which notebooks a command means: a job's family file, shops with data, days, campaigns."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shopbook import days as calendar_days
from shopbook import plugins
from shopbook.errors import HistoryError, ParamsError
from shopbook.history.report_days import report_days
from shopbook.history.store import Store
from shopbook.home import Home
from shopbook.params import (
    FAMILIES,
    ReportParams,
    campaign_settings,
    campaigns_of,
    family_file,
    shop_settings,
    validate,
)
from shopbook.run.job import NotebookJob
from shopbook.run.notebook import job_of_path


@dataclass(frozen=True)
class Request:
    """A run as asked for on the command line."""

    job: str
    shops: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    campaign: str = ""
    lang: str = ""
    force: bool = False
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The jobs of a request and the shops left out, each with its reason."""

    jobs: tuple[NotebookJob, ...]
    left_out: dict[str, str]


def plan(home: Home, request: Request, *, now: dt.datetime | None = None) -> Plan:
    """Every notebook of a request, parameters checked before any kernel starts.

    A shop that cannot run (no history, a broken shop file) is left out with its reason; the others go on.
    """
    path = Path(request.job)
    is_path = path.suffix == ".ipynb"
    family = _family_of(home, path) if is_path else request.job
    file = None if is_path else family_file(home, family)
    asked = {"date": request.first, "lang": request.lang}
    given = {**(file.values if file else {}), **request.values, **{k: v for k, v in asked.items() if v}}
    own = _checked(family, given, "-p" if request.values else "")
    jobs: list[NotebookJob] = []
    left_out: dict[str, str] = {}
    if is_path and not _notebook_path(home, request.job).is_file():
        raise ParamsError("There is no notebook {file}.", file=request.job)
    for shop in request.shops or _shops(home, family, request.campaign):
        try:
            jobs += _shop_jobs(home, request, shop, family, own, now)
        except (ParamsError, HistoryError) as error:
            left_out[shop] = str(error)
    if not jobs and not left_out:
        raise HistoryError(
            "There is no shop with data yet. Put exports into data/inbox/<shop>/ and run `shopbook ingest`."
        )
    return Plan(tuple(jobs), left_out)


def _shops(home: Home, family: str, campaign: str) -> tuple[str, ...]:
    """Every shop with data; for a review of one campaign those it was held in."""
    held_in = campaign_settings(home, campaign).shops if family == "campaign_review" and campaign else ()
    return tuple(shop for shop in Store(home.history).shops() if not held_in or shop in held_in)


def _checked(family: str, given: dict[str, Any], place: str) -> dict[str, Any]:
    """The given values by the family's model; an analyst's own notebook is checked against its cell later."""
    known = FAMILIES[family].model_fields if family in FAMILIES else ReportParams.model_fields
    mine = {name: value for name, value in given.items() if family in FAMILIES or name in known}
    checked = validate(family, mine, place)
    return {**given, **{name: checked[name] for name in mine}}


def run_days(home: Home, shop: str, first: str, last: str, now: dt.datetime | None = None) -> list[str]:
    """The days asked for that the shop has; without a wish the newest complete one."""
    known = report_days(Store(home.history), shop)
    if not known:
        raise HistoryError(
            "Shop {shop} has no history yet. Put its exports into data/inbox/{shop}/ "
            "and run `shopbook ingest`.",
            shop=shop,
        )
    today = calendar_days.today(shop_settings(home, shop).timezone, now)
    if not first:
        newest = calendar_days.newest_complete_day(known, today)
        return [newest.isoformat()] if newest else []
    start, end = calendar_days.parse_day(first), calendar_days.parse_day(last or first)
    chosen = [day.isoformat() for day in known if start <= day <= end and day < today]
    if not chosen:
        raise HistoryError(
            "Shop {shop} has no complete day from {first} to {last}; its newest is {newest}.",
            shop=shop,
            first=start,
            last=end,
            newest=max(known),
        )
    return chosen


def _shop_jobs(
    home: Home, request: Request, shop: str, family: str, own: dict[str, Any], now: dt.datetime | None
) -> list[NotebookJob]:
    settings = shop_settings(home, shop)
    values: dict[str, Any] = {
        "lang": request.lang or settings.lang,
        "parameters": {
            name: value
            for name, value in own.items()
            if name not in ("shop", "date", "campaign", "lang", "home")
        },
        "force": request.force,
        "hold_on_blocking": settings.on_blocking == "hold",
    }
    days = run_days(home, shop, request.first, request.last, now)
    if request.job.endswith(".ipynb"):
        path = _notebook_path(home, request.job)
        if family == "campaign_review" and request.campaign:
            values["campaign"] = request.campaign
            days = [day for day in days if _campaigns(home, shop, request.campaign, day)]
        return [job_of_path(home, path, shop, day, **values) for day in days]
    names = family_file(home, family).notebooks
    if family == "campaign_review":
        return [
            NotebookJob(home, family, name, shop, day, campaign=campaign, **values)
            for day in days
            for campaign in _campaigns(home, shop, request.campaign, day)
            for name in names
        ]
    return [NotebookJob(home, family, name, shop, day, **values) for day in days for name in names]


def _campaigns(home: Home, shop: str, campaign: str, day: str) -> list[str]:
    """The asked campaign, or every campaign of the shop whose peak began by `day`."""
    mine = [each for each in campaigns_of(home, shop) if each.phases["peak"][0].isoformat() <= day]
    if campaign and campaign not in {each.id for each in mine}:
        raise ParamsError(
            "Shop {shop} has no campaign {campaign} that began by {day}; it has: {known}.",
            shop=shop,
            campaign=campaign,
            day=day,
            known=", ".join(each.id for each in mine) or "–",
        )
    return [campaign] if campaign else [each.id for each in mine]


def _notebook_path(home: Home, text: str) -> Path:
    """A notebook's path as written, under the home, under notebooks/, or in a package that adds notebooks."""
    path = Path(text)
    candidates = (path, home.root / path, home.notebook(text))
    return next((each for each in candidates if each.is_file()), plugins.notebook(text) or path)


def _family_of(home: Home, path: Path) -> str:
    parent = path.parent.name
    return parent if parent in FAMILIES else "custom"
