"""改动 template: what was changed on an item's page, and when."""

from shopbook.read.spec import Spec

SPECS = (
    Spec(
        "change_log",
        "",
        keys=("date", "item_id", "change"),
        grain=("date", "item_id", "change"),
        partial_day_ok=True,
        hints=("改动", "change_log"),
    ),
)
