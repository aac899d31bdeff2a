"""What a home knows of a shop beside its files: platform and category, mapped layouts, merchant codes."""

from contextlib import suppress

from shopbook.history.codes import codes_of
from shopbook.history.store import Store
from shopbook.home import Home
from shopbook.read.mapping import own_layouts
from shopbook.read.spec import OfShop
from shopbook.yaml_file import load_yaml


def of_shop(home: Home, shop: str, store: Store | None = None) -> OfShop:
    """What the reader of a file of `shop` is told; with `store` the codes too, which cost reading."""
    own, layouts = home.params(f"shops/{shop}.yaml"), own_layouts(home)
    codes = codes_of(store, shop) if store is not None else {}
    with suppress(Exception):  # a broken shop file is told by the runs that need it, and stops no file
        said = load_yaml(own) if own.is_file() else {}
        category, platform = str(said.get("category", "")), str(said.get("platform", ""))
        return OfShop(shop, category, platform, layouts, codes)
    return OfShop(shop, own_layouts=layouts, codes=codes)
