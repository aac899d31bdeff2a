"""Where a notebook works and for whom: Run All needs no parameter, whatever a home's shops are called."""

from shopbook.history.store import Store
from shopbook.home import Home, find_home
from shopbook.params import ReportParams

UNCHOSEN: str = ReportParams.model_fields["shop"].default


def home_and_shop(home: str, shop: str) -> tuple[Home, str]:
    """The home and the shop; where the cell still names the demo and there is none, the first with data."""
    place = find_home(home)
    known = Store(place.history).shops() if shop == UNCHOSEN else []
    return place, known[0] if known and shop not in known else shop
