"""The first week with one's own shop: what is there already, and the command that brings what is not."""

from collections.abc import Iterator
from pathlib import Path

from shopbook.history.store import Store
from shopbook.home import Home, find_home
from shopbook.learn.samples import SHOPS
from shopbook.text import tr

_FIRST_KINDS = ("shop_daily", "item_daily", "flow_source")
_USUAL_DAYS = 28


def own_shop(home: Home) -> str:
    """The learner's shop with most days; "" while there are only the demo's."""
    store = Store(home.history)
    mine = [shop for shop in store.shops() if shop not in SHOPS]
    return max(mine, key=lambda shop: len(store.days(shop, "shop_daily")), default="")


def steps(shop: str = "") -> list[tuple[bool, str]]:
    """Each step of the week: whether it is done, and what it says; `shop` empty: the learner's own."""
    home = find_home()
    return list(_steps(home, shop or own_shop(home)))


def _steps(home: Home, shop: str) -> Iterator[tuple[bool, str]]:
    store = Store(home.history)
    held = store.kinds(shop) if shop in store.shops() else []
    lacking = [kind for kind in _FIRST_KINDS if kind not in held]
    names = ", ".join(lacking) or "–"
    yield not lacking, tr("three exports taken in (shopbook ingest); missing: {kinds}", kinds=names)
    days = len(store.days(shop, "shop_daily")) if "shop_daily" in held else 0
    said = tr("{count} days read; a usual level needs {wanted}", count=days, wanted=_USUAL_DAYS)
    yield days >= _USUAL_DAYS, said
    yield "market" in held or "peers" in held, tr("market or peers filled in (shopbook template market)")
    file = home.root / "params" / "shops" / f"{shop}.yaml"
    yield file.is_file(), tr("the shop's file written (shopbook new-shop {shop})", shop=shop or "ID")
    reports, outbox = (folder / shop if shop else None for folder in (home.reports, home.outbox))
    yield _any(reports, "*/daily/brief.html"), tr("a morning brief published (shopbook run daily)")
    yield _any(outbox, "*.eml"), tr("a mail written (shopbook mail --dry-run, then shopbook mail)")
    own = home.root / "notebooks" / "custom"
    yield _any(own, "*.ipynb"), tr("a question of one's own (shopbook new-report NAME)")


def _any(folder: Path | None, pattern: str) -> bool:
    return folder is not None and folder.is_dir() and next(folder.glob(pattern), None) is not None
