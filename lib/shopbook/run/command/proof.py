"""What `verify` does."""

import dataclasses
from typing import NoReturn

from shopbook.run import verify as proof
from shopbook.run.command.console import Session
from shopbook.run.workers import chosen_engine
from shopbook.text import tr


def verify(session: Session, reports: list[str], *, shop: str, date: str, engine: str) -> NoReturn:
    """Every report made again and compared; what differs is said, and what changed since it was made."""
    chosen = chosen_engine(engine) if engine else ""
    found = []
    for job in proof.published(session.home, reports, shop, date):
        result = proof.verify(job, chosen)
        found.append(result)
        session.say(f"{result.report}: {tr('equal to the byte') if result.equal else tr('differs')}")
        for text in (*result.differs, *result.changed):
            session.say(f"  {text}")
    equal = sum(each.equal for each in found)
    session.say(tr("{equal} of {count} reports are equal to the byte.", equal=equal, count=len(found)))
    session.end({"reports": [dataclasses.asdict(each) for each in found]}, equal < len(found))
