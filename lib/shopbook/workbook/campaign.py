"""The facade of the campaign review notebooks: load one campaign of a shop once, then ask."""

import datetime as dt
import re
from dataclasses import replace
from typing import Any

from shopbook import days as calendar_days
from shopbook.errors import ParamsError
from shopbook.findings.campaign_review import tables as tables
from shopbook.findings.campaign_review.facts import CampaignFacts
from shopbook.findings.campaign_review.money import cohort_rows, money_rows
from shopbook.findings.campaign_review.review import campaign_findings, uplift_findings
from shopbook.findings.campaign_review.verdict import verdict_lines
from shopbook.findings.figures import spoken
from shopbook.findings.finding import Finding, Report, Source, worst_first
from shopbook.findings.warnings.campaign import campaign_warnings
from shopbook.history.store import Store
from shopbook.home import Home
from shopbook.lineage import Noted
from shopbook.params import (
    CampaignSettings,
    campaign_settings,
    campaigns_of,
    rules,
    shop_settings,
    validate,
)
from shopbook.text import set_language, tr
from shopbook.workbook.asked import home_and_shop
from shopbook.workbook.campaign_view import Review
from shopbook.workbook.daily import report_day

# Six months teach the counterfactual; what is older says little about this campaign. Everything else is held
# against four weeks before it.
BASE_DAYS = 182
SHORT_DAYS = 35
_LONG = ("shop_daily", "item_daily", "market", "peers", "rivals", "campaign_items")
_SHORT = ("flow_source", "ad_report", "refunds", "stock", "order_lines", "hand_filled")
_COMPARED = ("shop_daily", "flow_source")
KINDS = {"review": (*_LONG, *_SHORT), "uplift": _LONG}
_TABLES = {
    "review": {
        "kpis": tables.kpi_rows,
        "targets": tables.target_rows,
        "phases": tables.phase_rows,
        "presale": tables.presale_rows,
        "sources": tables.source_rows,
        "items": tables.item_rows,
        "role": tables.role_rows,
        "effects": tables.effect_rows,
        "money": money_rows,
        "cohorts": cohort_rows,
        "plan": tables.plan_rows,
    },
    "uplift": {"kpis": tables.kpi_rows, "effects": tables.effect_rows, "opinions": tables.opinion_rows},
}


def load(
    shop: str = "demo",
    campaign: str = "",
    date: str = "",
    home: str = "",
    lang: str = "",
    *,
    notebook: str = "review",
) -> Review:
    """Load a campaign for `notebooks/campaign_review/<notebook>.ipynb`; empty: the shop's newest begun one.

    Raises ParamsError for values that do not hold and HistoryError when the shop has no such day.
    """
    values = {"shop": shop, "date": date, "lang": lang, "home": home, "campaign": campaign}
    validate("campaign_review", values)
    place, shop = home_and_shop(home, shop)
    settings = shop_settings(place, shop)
    set_language(lang or settings.lang)
    store = Store(place.history)
    day = report_day(store, shop, date, settings.timezone)
    about = Report(shop, day.isoformat(), f"campaign_review/{notebook}", lang or settings.lang, "")
    found = chosen(place, shop, campaign, day)
    if found is None:
        facts = facts_of(place, store, shop, _none_yet(day), day, KINDS[notebook])
        empty: dict[str, list[dict[str, Any]]] = {name: [] for name in _TABLES[notebook]}
        report = replace(about, headline=_no_campaign(shop, day), tables=empty)
        return Review(report, place, facts)
    facts = facts_of(place, store, shop, found, day, KINDS[notebook])
    rule = campaign_findings if notebook == "review" else uplift_findings
    findings = worst_first(spoken(lambda: rule(facts), facts.frames, day, []))
    report = replace(
        about,
        headline=headline(facts, findings),
        findings=tuple(findings),
        warnings=tuple(campaign_warnings(facts)),
        tables={name: rows(facts) for name, rows in _TABLES[notebook].items()}
        | {"verdict": [vars(line) for line in verdict_lines(facts, findings)]},
        sources=tuple(_sources(store, facts)),
    )
    return Review(report, place, facts)


def chosen(home: Home, shop: str, campaign: str, day: dt.date) -> CampaignSettings | None:
    """The named campaign, else the shop's newest one that has begun by `day`; None when there is none."""
    if campaign:
        found = campaign_settings(home, campaign)
        if found.shops and shop not in found.shops:
            raise ParamsError(
                "Campaign {campaign} is not one of shop {shop} but of {shops}; "
                "name another campaign or shop.",
                campaign=campaign,
                shop=shop,
                shops=", ".join(found.shops),
            )
    else:
        begun = [each for each in campaigns_of(home, shop) if _first(each) <= day]
        if not begun:
            return None
        found = begun[-1]
    if _first(found) > day:
        raise ParamsError(
            "Campaign {campaign} begins on {first}, after the report day {day}; "
            "there is nothing to review yet.",
            campaign=found.id,
            first=_first(found),
            day=day,
        )
    return found


def _none_yet(day: dt.date) -> CampaignSettings:
    """What stands for the campaign of a shop without any: it begins after `day`, nothing is known of it."""
    later = day + dt.timedelta(days=1)
    return CampaignSettings(id="", name="–", phases={"peak": (later, later)}, budget=None)


def _no_campaign(shop: str, day: dt.date) -> str:
    return tr(
        "Shop {shop} has no campaign that began by {day}; `shopbook new-campaign ID` writes a file for one.",
        shop=shop,
        day=day,
    )


def facts_of(
    home: Home,
    store: Store,
    shop: str,
    campaign: CampaignSettings,
    day: dt.date,
    kinds: tuple[str, ...] = KINDS["review"],
) -> CampaignFacts:
    """Every frame a review needs, from half a year before the campaign to `day`."""
    others = tuple(each for each in campaigns_of(home, shop) if each.id != campaign.id)
    starts = _starts(campaign, others, kinds)
    return CampaignFacts(
        shop=shop_settings(home, shop),
        campaign=campaign,
        day=day,
        frames=Noted({kind: store.read(shop, kind, first, day) for kind, first in starts.items()}),
        calendar=calendar_days.calendar(day.year - 1, day.year + 1),
        rules=rules(),
        others=others,
        file_items=_file_items(home, campaign),
    )


def _starts(
    campaign: CampaignSettings, others: tuple[CampaignSettings, ...], kinds: tuple[str, ...]
) -> dict[str, dt.date]:
    """The first day read of each kind; shop and sources reach back to the campaign compared with."""
    begin = _first(campaign)
    starts = {kind: begin - dt.timedelta(days=BASE_DAYS if kind in _LONG else SHORT_DAYS) for kind in kinds}
    for earlier in (_first(each) for each in others if each.id == campaign.previous):
        starts |= {kind: min(day, earlier) for kind, day in starts.items() if kind in _COMPARED}
    return starts


def headline(facts: CampaignFacts, findings: list[Finding]) -> str:
    """The review in one sentence: target, what was added, what it earned, the certain ones first."""
    if facts.windows.gross[0] > facts.day:
        sentence = next(each.headline for each in findings if each.id == "campaign.uplift_gross")
    else:
        sentence = tr("; ").join(line.text for line in verdict_lines(facts, findings))
    return tr("{campaign}: {sentence}", campaign=facts.campaign.name, sentence=sentence)


def _file_items(home: Home, campaign: CampaignSettings) -> tuple[str, ...]:
    """Item ids of `items_file`, beside the campaign's file: the number each line begins with."""
    if not campaign.items_file:
        return ()
    path = home.params(f"campaigns/{campaign.items_file}")
    if not path.is_file():
        raise ParamsError(
            "Campaign {campaign}: items_file {file} is not in params/campaigns/.",
            campaign=campaign.id,
            file=campaign.items_file,
        )
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return tuple(found.group() for line in lines if (found := re.match(r"\d+", line.strip())))


def _sources(store: Store, facts: CampaignFacts) -> list[Source]:
    starts = _starts(facts.campaign, facts.others, tuple(facts.frames))
    return [
        Source(**vars(row))
        for kind, first in starts.items()
        for row in store.sources(facts.shop.id, kind, first, facts.day)
    ]


def _first(campaign: CampaignSettings) -> dt.date:
    return min(first for first, _ in campaign.phases.values())
