"""The demo that tests share: two shops over 66 days, ingested."""

import datetime as dt
from pathlib import Path

DAYS = 66
TODAY = dt.date(2026, 11, 21)


def make(data: Path) -> None:
    """Make exports and history below the data folder."""
    from shopbook.home import find_home
    from shopbook.run import intake

    taken = intake.demo_shops(find_home(data=data), shops=2, days=DAYS, today=TODAY)
    assert not [each for each in taken if each.status == "refused"]
