"""What the route of a rule says (params/rules.yaml): who does what first, by when, which figure shows it."""

import datetime as dt
from typing import TypedDict

from shopbook.findings.finding import Owner
from shopbook.params import Rules
from shopbook.text import tr


class Action(TypedDict, total=False):
    """The fields of a finding that call for something to be done."""

    owner: Owner
    next_step: str
    due: str
    proof: str


def action(rules: Rules, day: dt.date, route: str, **names: str) -> Action:
    """The action of a route, its sentences in the run's language; an unknown route is a programming error."""
    found = rules.routes[route]
    return {
        "owner": found.owner,
        "next_step": tr(found.first_step, **names),
        "due": (day + dt.timedelta(days=found.due_days)).isoformat(),
        "proof": tr(found.proof, **names),
    }
