"""What the examples look at: the committed sample, as tables, as export files and as a loaded day."""

import datetime as dt
import tempfile
from functools import cache
from pathlib import Path

import pandas as pd

from shopbook import days as calendar_days
from shopbook.analysis.campaign_windows import Windows, campaign_windows
from shopbook.analysis.grid import NEWEST, WEEKS
from shopbook.columns import columns_file
from shopbook.days import same_weekdays
from shopbook.errors import HistoryError, ParamsError
from shopbook.findings.daily.kpis import daily_sheet, kpi_rows
from shopbook.findings.daily.rivals import rival_table
from shopbook.findings.daily.story import told
from shopbook.findings.facts import Facts
from shopbook.findings.finding import Report, Source
from shopbook.findings.ordinary import campaign_days
from shopbook.findings.warnings.data import EVERY_DAY, data_warnings
from shopbook.home import PROJECT, find_home
from shopbook.params import campaigns_of, rules, shop_settings
from shopbook.text import language, set_language, tr
from shopbook.workbook import daily
from shopbook.workbook.day import Day

SHOPS = ("demo", "demo-b")
TABLES = (
    "days", "channels", "rivals", "items", "item_days", "item_weeks", "life", "conversion", "ads", "stock",
    "service", "terms", "targets",
)  # fmt: skip
_OWN = ("visitors", "pageviews", "order_buyers", "pay_buyers", "pay_amount", "cart_buyers", "refund_amount")
_TEXT = dict.fromkeys(("item_id", "item_name", "category", "channel", "label", "entity"), "str")


def table(name: str, shop: str = "demo") -> pd.DataFrame:
    """A table of the sample by name and shop; notebooks/onboarding/data/README.md says what is in it."""
    _known("table", name, TABLES)
    return _table(name, _known("shop", shop, SHOPS)).copy()


def day(shop: str = "demo", lang: str = "") -> Day:
    """The sample shop's newest day as a daily notebook has it: same rules, same sentences."""
    set_language(lang)
    home, settings = find_home(), shop_settings(find_home(), _known("shop", shop, SHOPS))
    frames = _frames(shop, settings.category)
    newest = frames["shop_daily"]["date"].max().date()
    calendar = calendar_days.calendar(newest.year - 1, newest.year + 1)
    own = tuple(campaigns_of(home, shop))
    facts = Facts(settings, newest, frames, calendar, rules(), campaigns=own)
    page = daily.PAGES["brief"]
    facts = facts.warned(data_warnings(facts, EVERY_DAY) + page.warnings(facts))
    found = page.findings(facts)
    tables = {**daily.PAGES["own"].tables(facts), "rivals": rival_table(facts)}
    report = Report(
        shop=shop,
        date=newest.isoformat(),
        notebook="daily/sample",
        lang=language(),
        headline=told(facts, found) or daily.headline(found),
        findings=tuple(found),
        warnings=facts.warnings,
        tables={**tables, "kpis": kpi_rows(facts), "daily_sheet": daily_sheet(facts)},
        sources=tuple(_source(shop, kind, frame) for kind, frame in frames.items() if len(frame)),
    )
    return Day(report, home, facts)


def export(name: str, shop: str = "demo") -> Path:
    """A messy export file of the sample whose name holds `name`, the last one by name."""
    folder = find_home().root / "data" / "sample" / _known("shop", shop, SHOPS)
    if not folder.is_dir():
        folder = PROJECT / "data" / "sample" / shop
    found = sorted(path for path in folder.glob("*") if name in path.name)
    if not found:
        raise HistoryError("The sample has no file {file}. {cure}", file=f"{shop}/*{name}*", cure=_cure())
    return found[-1]


def newest_day(shop: str = "demo") -> dt.date:
    """The report day of the sample."""
    result: dt.date = _table("days", _known("shop", shop, SHOPS))["date"].max().date()
    return result


def special_days(shop: str = "demo", name: str = "days") -> list[dt.date]:
    """Sale days, holidays and own campaigns among the days of a table of the sample: no ordinary days."""
    days = _table(_known("table", name, TABLES), _known("shop", shop, SHOPS))["date"]
    return sorted(_special(shop, days.min().date(), days.max().date()))


def comparable_days(shop: str = "demo", day: dt.date | None = None) -> list[dt.date]:
    """The newest four ordinary same weekdays before `day` (the sample's newest), as the report takes them."""
    known = same_weekdays(day or newest_day(shop), WEEKS)
    special = _special(_known("shop", shop, SHOPS), known[0], known[-1])
    return [each for each in known if each not in special][-NEWEST:]


def _special(shop: str, first: dt.date, last: dt.date) -> set[dt.date]:
    events = calendar_days.calendar(first.year, last.year).special_days(first, last)
    return events | {day for day in campaign_days(campaigns_of(find_home(), shop)) if first <= day <= last}


def windows(shop: str = "demo") -> Windows:
    """The windows of the shop's demo campaign: base, gross, net."""
    campaign = campaigns_of(find_home(), _known("shop", shop, SHOPS))[-1]
    return campaign_windows(campaign.phases, newest_day(shop))


def without_column(name: str, header: str, shop: str = "demo") -> Path:
    """A copy of a sample csv, in a temporary folder, from which one column was forgotten at export."""
    source = export(name, shop)
    rows = pd.read_csv(source, dtype=str, encoding="utf-8-sig")
    path = Path(tempfile.mkdtemp(prefix="shopbook-learn-")) / source.name
    rows.drop(columns=[header]).to_csv(path, index=False, encoding="utf-8")
    return path


@cache
def _table(name: str, shop: str) -> pd.DataFrame:
    path = find_home().notebook(f"onboarding/data/{name}-{shop}.csv")
    if not path.exists():
        raise HistoryError("The sample has no file {file}. {cure}", file=path.name, cure=_cure())
    rows = pd.read_csv(path, dtype=_TEXT, keep_default_na=True, encoding="utf-8")
    dated = [column for column in ("date", "week") if column in rows]
    # One resolution for every frame, as the history gives it: joins on days then never miss.
    return rows.assign(**{each: pd.to_datetime(rows[each]).astype("datetime64[ns]") for each in dated})


def _frames(shop: str, category: str) -> dict[str, pd.DataFrame]:
    """The sample as the frames of the history."""
    days = _table("days", shop)
    names = _table("items", shop)[["item_id", "item_name"]]
    channels = _table("channels", shop)
    known = channels["channel"].isin(list(columns_file()["channels"]))
    peers = [name for name in days if name.startswith("peer_")]
    given = {
        "shop_daily": days[["date", *_OWN]],
        "market": _long(days, ["market_visitors"], "value").assign(category=category, value_type="value"),
        "peers": _long(days, peers, "peer_avg"),
        "flow_source": channels.assign(
            device="all",
            level=1,
            channel=channels["channel"].where(known, ""),
            channel_label=channels["label"],
            channel_detail="",
        ),
        "item_daily": _table("item_days", shop).merge(
            names, how="left", on="item_id", validate="many_to_one"
        ),
        "rivals": _rivals(shop),
    }
    return {kind: given.get(kind, pd.DataFrame()) for kind in (*EVERY_DAY, "restated", "stock")}


def _long(days: pd.DataFrame, metrics: list[str], value: str) -> pd.DataFrame:
    rows = days.melt("date", metrics, "metric", value)
    return rows.assign(metric=rows["metric"].str.removeprefix("market_").str.removeprefix("peer_"))


def _rivals(shop: str) -> pd.DataFrame:
    rows = _table("rivals", shop).melt(["date", "entity"], var_name="metric", value_name="value")
    kinds = rows["metric"].map({"rank": "value"}).fillna("index")
    return rows.assign(entity_type="shop", value_low=float("nan"), value_high=float("nan"), value_type=kinds)


def _source(shop: str, kind: str, frame: pd.DataFrame) -> Source:
    first, last = (f"{end:%Y-%m-%d}" for end in (frame["date"].min(), frame["date"].max()))
    return Source(kind, f"onboarding/data/*-{shop}.csv", "", len(frame), first, last)


def _known(what: str, name: str, known: tuple[str, ...]) -> str:
    if name not in known:
        raise ParamsError(
            "The sample has no {what} {found!r}; there is: {known}.",
            what=what,
            found=name,
            known=", ".join(known),
        )
    return name


def _cure() -> str:
    return tr("The sample comes with the project: fetch it again, or open the notebooks in its folder.")
