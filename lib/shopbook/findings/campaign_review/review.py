"""Rules of the campaign review: effect gross and net of pull-forward, profit."""

import math
from typing import Any

from shopbook import units
from shopbook.analysis.uplift_effect import STOPS, Effect
from shopbook.columns import label
from shopbook.findings.campaign_review.facts import CampaignFacts
from shopbook.findings.campaign_review.lessons import lessons
from shopbook.findings.campaign_review.money import lacking_costs, profit_range
from shopbook.findings.campaign_review.reached import (
    budget_finding,
    sell_through_finding,
    target_finding,
    todo,
)
from shopbook.findings.campaign_review.tables import (
    scope_names,
)
from shopbook.findings.campaign_review.verdict import effect_window
from shopbook.findings.facts import Comparator
from shopbook.findings.finding import Cause, Finding, Level, Verdict
from shopbook.text import tr


def campaign_findings(facts: CampaignFacts) -> list[Finding]:
    """Every finding of the review."""
    found = [
        *uplift_findings(facts),
        target_finding(facts),
        budget_finding(facts),
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
    if effect.says_nothing:
        return tr("Cannot tell what the campaign added: the range is wider than all its sales")
    shown = {
        "window": effect_window(facts, kind),
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
            "Cannot tell what the campaign added {window}: {low} to {high}",
            **shown,
        )
    if effect.verdict == "same":
        return tr(
            "The campaign moved nothing {window} (90% range {low} to {high})",
            **shown,
        )
    if effect.verdict == "worse":
        return tr(
            "The campaign cost sales {window}: {amount} (90% range {low} to {high})",
            **shown,
        )
    return tr(
        "The campaign added {amount} {window} (90% range {low} to {high})",
        **shown,
    )


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
        "few_placebos": tr(
            "fewer than eight placebo campaigns: the range is doubled and there is no verdict"
        ),
        "overlapping_campaign": tr("another campaign of the shop lies in these days: no verdict"),
        "short_base": tr("the base is shorter than six weeks: read the range, not the number"),
        "placebo_error": tr("the placebo error exceeds half the estimate: no verdict"),
        "control_range": tr(
            "the market moved beyond one and a half times its usual range: it was in a sale itself"
        ),
        "missing_days": tr("more than a fifth of the window's days have no export: no verdict"),
        "no_sales": tr("the window has no sales"),
    }
    if kind == "net" and facts.windows.net_open is False:
        found.append(
            tr("a payback that takes longer than {days} days is not in it", days=facts.windows.days_after)
        )
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
    }
    if effect.verdict not in routes:
        return {}
    level, route = routes[effect.verdict]
    return todo(facts, level, route)


def profit_finding(facts: CampaignFacts) -> Finding | None:
    """What the campaign added to profit after discount, spend, commission and refunds."""
    low, middle, high = profit_range(facts)
    if not math.isfinite(middle):
        return None
    open_, net = interim(facts, "net"), facts.effects["shop"].net
    # The range already holds the placebos' error; only what stops any verdict stops this one.
    stopped = bool({*STOPS, "short_base"} & set(net.reasons))
    judged: Verdict = "better" if low > 0 else "worse" if high < 0 else "unknown"
    lacking = lacking_costs(facts)
    verdict: Verdict = "unknown" if open_ or stopped or lacking else judged
    level: Level = "act" if verdict == "worse" else "ok"
    return Finding(
        id="campaign.profit",
        question=tr("Did it pay?"),
        headline=(
            tr("Cannot tell whether it paid: the range is wider than all its sales")
            if net.says_nothing and verdict == "unknown"
            else _profit_before(low, high, lacking)
            if lacking
            else _profit_sentence((low, middle, high), verdict, judged)
        ),
        verdict=verdict,
        scope={"campaign": facts.campaign.id},
        metric="gross_profit",
        value=None if lacking else middle,
        caveats=tuple(_profit_caveats(facts)),
        **todo(facts, level, "campaign.profit"),
    )


def _profit_before(low: float, high: float, lacking: tuple[str, ...]) -> str:
    return tr(
        "Cannot tell whether it paid: {low} to {high} before {costs}, which nobody knows",
        costs=tr(", ").join(map(label, lacking)),
        low=units.signed(low, "CNY"),
        high=units.signed(high, "CNY"),
    )


def _profit_sentence(ends: tuple[float, float, float], verdict: Verdict, judged: Verdict) -> str:
    low, middle, high = (units.signed(value, "CNY") for value in ends)
    shown = {"amount": middle, "low": low, "high": high}
    if verdict == "worse":
        return tr("The campaign lost money after all costs: {amount} (90% range {low} to {high})", **shown)
    if verdict == "better":
        return tr("After all costs the campaign made {amount} (90% range {low} to {high})", **shown)
    if judged == "worse":
        return tr(
            "After all costs {low} to {high}, a loss at both ends; no verdict on what the campaign did to it",
            **shown,
        )
    return tr("Cannot tell whether it paid: {low} to {high} after all costs", **shown)


def _profit_caveats(facts: CampaignFacts) -> list[str]:
    held = facts.profit(facts.held)
    found = [tr("the range is that of the net effect; unit costs are taken as exact")]
    if held.cost_known < facts.threshold("cost_known_whole"):
        share = units.percent(held.cost_known, 0)
        found.append(
            tr("unit costs are known for {share} of the sales, the rest is taken alike", share=share)
        )
    return found
