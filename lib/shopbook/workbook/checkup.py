"""The tables of the service and self-check pages of the day."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from shopbook import units as number
from shopbook.findings.daily import checkup_tables as checkup
from shopbook.findings.daily import quality, refunds, service
from shopbook.findings.facts import Facts
from shopbook.findings.warnings.data import EVERY_DAY
from shopbook.text import tr
from shopbook.workbook.day import Day

Tables = dict[str, list[dict[str, Any]]]
# Every export a shop may keep, as the self-check lists them.
EXPORTS = tuple(
    dict.fromkeys(
        (
            *EVERY_DAY, "item_flow_source", "search_terms", "ad_report", "affiliate", "service", "dsr",
            "refunds", "stock", "item_tags", "hand_filled", "targets", "change_log",
            "order_lines",
        )
    )
)  # fmt: skip


class Checkup(Day):
    """A day as the self-check notebook uses it."""

    def _live(self) -> Mapping[str, Callable[[], pd.DataFrame]]:
        return {"rounds": self._rounds}

    def _rounds(self) -> pd.DataFrame:
        """What else the round found, one line each: seasons, duplicates, sign-ups, ratings, cases."""
        tables = self.report.tables
        rows = [
            *((tr("out of season"), row["label"], row["season"]) for row in tables["out_of_season"]),
            *(
                (tr("listed twice"), row["label"], f"{row['state']} · {row['other']}")
                for row in tables["duplicates"]
            ),
            *((tr("sign-up closes"), row["label"], row["date"]) for row in tables["signups"]),
            *(
                (tr("rating"), row["label"], number.figure(row["value"], "score"))
                for row in tables["ratings"]
            ),
            *((row["name"], row["label"], number.count(row["value"])) for row in tables["cases"]),
        ]
        return pd.DataFrame(rows, columns=["check", "label", "state"])


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
