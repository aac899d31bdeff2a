"""Rules of the campaign review: targets, effect gross and net of pull-forward, sell-through, profit."""

import math
from typing import Any

from shopbook import units
from shopbook.analysis.uplift_effect import Effect
from shopbook.findings.campaign_review.facts import CampaignFacts
from shopbook.findings.campaign_review.lessons import lessons
from shopbook.findings.campaign_review.money import profit_range
from shopbook.findings.campaign_review.tables import (
    scope_names,
    sell_through_frame,
    target_rows,
)
from shopbook.findings.facts import Comparator
from shopbook.findings.finding import Cause, Finding, Level, Verdict
from shopbook.findings.rule import action
from shopbook.metrics.ratio import divide
from shopbook.text import tr


def campaign_findings(facts: CampaignFacts) -> list[Finding]:
    """Every finding of the review."""
    found = [
        *uplift_findings(facts),
        target_finding(facts),
        sell_through_finding(facts),
        profit_finding(facts),
    ]
    return [each for each in (*found, *lessons(facts)) if each is not None]


def uplift_findings(facts: CampaignFacts) -> list[Finding]:
    """What the campaign added: gross, and net of what was only pulled forward."""
    shop = facts.effects["shop"]
    gross = _uplift(facts, "campaign.uplift_gross", shop.gross, tr("What did the campaign add while it ran?"))
    net = _uplift(facts, "campaign.uplift_net", shop.net, tr("What is left after the days that pay for it?"))
    return [gross, net]


def _uplift(facts: CampaignFacts, finding_id: str, effect: Effect, question: str) -> Finding:
    kind = "gross" if finding_id.endswith("gross") else "net"
    known = math.isfinite(effect.log)
    step = _uplift_step(facts, effect) if kind == "net" else {}
    return Finding(
        id=finding_id,
        question=question,
        headline=_uplift_sentence(facts, kind, effect),
        level=step.pop("level", "ok"),
        verdict=effect.verdict if not interim(facts, kind) else "unknown",
        scope={"campaign": facts.campaign.id},
        metric="pay_amount",
        value=effect.actual if known else None,
        baseline=effect.counterfactual if known else None,
        baseline_days=tuple(day.isoformat() for day in facts.base),
        change=math.expm1(effect.log) if known else None,
        comparator=_comparator(facts),
        relative=math.expm1(effect.log) if known and facts.control else None,
        interval=(math.expm1(effect.log_lo), math.expm1(effect.log_hi)) if known else None,
        causes=_parts(facts, kind, effect) if known else (),
        caveats=tuple(caveats(facts, kind, effect)),
        **step,
    )


def _uplift_sentence(facts: CampaignFacts, kind: str, effect: Effect) -> str:
    if facts.windows.gross[0] > facts.day:
        return tr("The selling days begin on {day}: nothing to judge yet", day=facts.windows.gross[0])
    if not math.isfinite(effect.log):
        return tr("Cannot tell what the campaign added: too few ordinary days or no sales to judge by")
    shown = {
        "amount": units.signed(effect.amount, "CNY"),
        "low": units.signed(effect.amount_lo, "CNY"),
        "high": units.signed(effect.amount_hi, "CNY"),
    }
    if interim(facts, kind):
        return tr("Interim: {amount} so far (90% range {low} to {high}); the campaign is not over", **shown)
    if "control_range" in effect.reasons:
        return tr(
            "Against the market, not against no campaign: {amount} (90% range {low} to {high}); "
            "the market left its usual range",
            **shown,
        )
    if effect.verdict == "unknown":
        return tr(
            "Cannot tell what the campaign added {window}: {low} to {high}", window=_window(kind), **shown
        )
    if effect.verdict == "same":
        return tr(
            "The campaign moved nothing {window} (90% range {low} to {high})", window=_window(kind), **shown
        )
    if effect.verdict == "worse":
        return tr(
            "The campaign cost sales {window}: {amount} (90% range {low} to {high})",
            window=_window(kind),
            **shown,
        )
    return tr(
        "The campaign added {amount} {window} (90% range {low} to {high})", window=_window(kind), **shown
    )


def _window(kind: str) -> str:
    return tr("gross") if kind == "gross" else tr("net of pull-forward")


def interim(facts: CampaignFacts, kind: str) -> bool:
    """Whether a window is not over yet."""
    return facts.windows.gross_open if kind == "gross" else facts.windows.net_open


def caveats(facts: CampaignFacts, kind: str, effect: Effect) -> list[str]:
    """What makes an effect less certain, in sentences."""
    found = []
    if interim(facts, kind):
        count = facts.windows.missing_days
        found.append(tr("{count} day(s) of the net window are still to come.", count=count))
    if effect.placebos:
        error = units.percent(math.expm1(effect.placebo_rms))
        text = tr(
            "{count} placebo campaigns in the base were off by {error}", count=effect.placebos, error=error
        )
        found.append(text)
    sentences = {
        "few_placebos": tr("fewer than eight placebo campaigns: the model's own range is doubled"),
        "short_base": tr("the base is shorter than six weeks: read the range, not the number"),
        "placebo_error": tr("the placebo error exceeds half the estimate: no verdict"),
        "control_range": tr(
            "the market moved beyond one and a half times its usual range: it was in a sale itself"
        ),
        "missing_days": tr("more than a fifth of the window's days have no export: no verdict"),
        "no_sales": tr("the window has no sales"),
    }
    found += [sentences[reason] for reason in effect.reasons if reason in sentences]
    against = {
        "": tr("no market series: held against the shop's own past only"),
        "peers": tr("held against the mean sales of the peers"),
        "visitors": tr("held against the visitors of the market"),
    }
    found.append(against.get(facts.control, tr("held against the sales of the market")))
    return found


def _comparator(facts: CampaignFacts) -> Comparator:
    return "peers" if facts.control == "peers" else "market" if facts.control else "none"


def _parts(facts: CampaignFacts, kind: str, effect: Effect) -> tuple[Cause, ...]:
    """Promoted items and the rest, estimated alike; what they do not explain stands beside them."""
    total = effect.actual - effect.counterfactual
    parts = {
        scope: getattr(found, kind).amount
        for scope, found in facts.effects.items()
        if scope != "shop" and math.isfinite(getattr(found, kind).log)
    }
    named = [
        Cause({"campaign": facts.campaign.id}, value, value / total if total else None, scope_names()[scope])
        for scope, value in parts.items()
    ]
    left = total - math.fsum(parts.values())
    rest = Cause({"factor": "unexplained"}, left, left / total if total else None, tr("not explained"))
    return (*sorted(named, key=lambda cause: -abs(cause.effect)), rest)


def _uplift_step(facts: CampaignFacts, effect: Effect) -> dict[str, Any]:
    if interim(facts, "net"):
        return {}
    routes: dict[Verdict, tuple[Level, str]] = {
        "worse": ("act", "campaign.uplift_net"),
        "same": ("watch", "campaign.uplift_net.same"),
        "unknown": ("watch", "campaign.uplift_net.unknown"),
    }
    if effect.verdict not in routes:
        return {}
    level, route = routes[effect.verdict]
    return _todo(facts, level, route)


def _todo(facts: CampaignFacts, level: Level, route: str, **names: str) -> dict[str, Any]:
    """A level with the action of its route; nothing is to be done at the level ok."""
    return {"level": level, **(action(facts.rules, facts.day, route, **names) if level != "ok" else {})}


def target_finding(facts: CampaignFacts) -> Finding | None:
    """The campaign's sales against its target."""
    rows = {row["metric"]: row for row in target_rows(facts)}
    main = next((rows[name] for name in ("pay_amount", "net_amount", "visitors") if name in rows), None)
    if main is None or not math.isfinite(main["reached"]):
        return None
    running = facts.windows.gross_open
    enough = facts.threshold("reached_watch")
    short = [row for row in rows.values() if row["metric"] != "ad_spend" and row["reached"] < enough]
    level: Level = "ok" if main["reached"] >= enough or running else "watch"
    if main["reached"] < facts.threshold("reached_act") and not running:
        level = "act"
    names = ", ".join(f"{row['label']} {units.percent(row['reached'], 0)}" for row in short)
    sentence = {
        "label": main["label"],
        "value": units.figure(main["value"], main["unit"]),
        "reached": units.percent(main["reached"], 0),
        "target": units.figure(main["target"], main["unit"]),
    }
    return Finding(
        id="campaign.target",
        question=tr("Were the targets reached?"),
        headline=tr("{label} {value}: {reached} of the target {target}", **sentence),
        verdict="better" if main["reached"] >= 1 else "unknown" if running else "worse",
        scope={"campaign": facts.campaign.id},
        metric=main["metric"] if main["metric"] != "net_amount" else "pay_amount",
        value=main["value"],
        caveats=(tr("the campaign is still running"),) if running else (),
        **_todo(facts, level, "campaign.target", names=names, label=main["label"]),
    )


def sell_through_finding(facts: CampaignFacts) -> Finding | None:
    """How much of the stock of promoted items was sold."""
    table = sell_through_frame(facts).dropna(subset=["sell_through"])
    if table.empty or not table["stock"].sum():
        return None
    share = divide(table["sold"].sum(), table["stock"].sum())
    behind = table[table["sell_through"] < table["goal"]]
    level: Level = "ok" if behind.empty or facts.windows.gross_open else "watch"
    worst = [str(facts.item_names.get(item, item))[:12] for item in behind["item_id"].head(3)]
    return Finding(
        id="campaign.sell_through",
        question=tr("Was the stock sold?"),
        headline=tr(
            "Sell-through {share}; {behind} of {count} promoted items stay under their goal",
            share=units.percent(share, 0),
            behind=len(behind),
            count=len(table),
        ),
        verdict="unknown",
        scope={"campaign": facts.campaign.id},
        metric="sell_through",
        value=share,
        caveats=(tr("goals of 80% for new and 90% for evergreen items are trade lore"),),
        **_todo(facts, level, "campaign.sell_through", items=", ".join(worst)),
    )


def profit_finding(facts: CampaignFacts) -> Finding | None:
    """What the campaign added to profit after discount, spend, commission and refunds."""
    low, middle, high = profit_range(facts)
    if not math.isfinite(middle):
        return None
    open_ = interim(facts, "net")
    blurred = facts.effects["shop"].net.verdict == "unknown"
    level: Level = "ok" if low > 0 or open_ else "act" if high < 0 and not blurred else "watch"
    shown = {
        "amount": units.signed(middle, "CNY"),
        "low": units.signed(low, "CNY"),
        "high": units.signed(high, "CNY"),
    }
    words = tr("After all costs the campaign made {amount} (90% range {low} to {high})", **shown)
    judged: Verdict = "better" if low > 0 else "worse" if high < 0 else "unknown"
    return Finding(
        id="campaign.profit",
        question=tr("Did it pay?"),
        headline=words,
        verdict="unknown" if open_ or blurred else judged,
        scope={"campaign": facts.campaign.id},
        metric="gross_profit",
        value=middle,
        caveats=tuple(_profit_caveats(facts)),
        **_todo(facts, level, "campaign.profit"),
    )


def _profit_caveats(facts: CampaignFacts) -> list[str]:
    held = facts.profit(facts.held)
    found = [tr("the range is that of the net effect; unit costs are taken as exact")]
    if held.cost_known < facts.threshold("cost_known_whole"):
        share = units.percent(held.cost_known, 0)
        found.append(
            tr("unit costs are known for {share} of the sales, the rest is taken alike", share=share)
        )
    return found
