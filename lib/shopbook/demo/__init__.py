"""Demo shops: export files in the true shapes, with a truth that was planted and written down."""

from shopbook.demo.generator import generate, generate_shop, shop_ids
from shopbook.demo.messy import sample

__all__ = ["generate", "generate_shop", "sample", "shop_ids"]
