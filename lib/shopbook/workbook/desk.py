"""The tables of the service and self-check pages of the daily desk."""

from typing import Any

from shopbook.findings import checkup_tables as checkup
from shopbook.findings import quality, refunds, service
from shopbook.findings.data import EVERY_DAY
from shopbook.findings.facts import Facts

Tables = dict[str, list[dict[str, Any]]]
# Every export a shop may keep, as the self-check lists them.
EXPORTS = tuple(
    dict.fromkeys(
        (
            *EVERY_DAY, "item_flow_source", "search_terms", "ad_report", "affiliate", "service", "dsr",
            "refunds", "audience_item", "stock", "item_tags", "hand_filled", "targets", "change_log", "order_lines",
        )
    )
)  # fmt: skip


def service_tables(facts: Facts) -> Tables:
    """Service against the peers, agents, refunds by reason, item and payment week, scores, reviews."""
    return {
        "service": service.service_table(facts),
        "agents": service.agent_table(facts),
        "refund_reasons": refunds.reason_table(facts),
        "refund_items": refunds.item_table(facts),
        "refund_cohorts": refunds.cohort_table(facts),
        "dsr": quality.dsr_table(facts),
        "ratings": quality.rating_table(facts),
        "reviews": quality.review_table(facts),
        "logistics": quality.logistics_table(facts),
    }


def checkup_tables(facts: Facts) -> Tables:
    """Stock, slow items, seasons, duplicates, deadlines, ratings, cases, exports."""
    return {
        "stock": checkup.stock_table(facts),
        "no_sale": checkup.no_sale_table(facts),
        "out_of_season": checkup.season_table(facts),
        "duplicates": checkup.duplicate_table(facts),
        "signups": checkup.signup_table(facts),
        "ratings": [row for row in quality.rating_table(facts) if row["low"]],
        "cases": checkup.case_table(facts),
        "exports": checkup.export_table(facts, EXPORTS),
    }
