"""Wide tables of the screen (a column a figure) as the tidy rows of the templates."""

from shopbook.read.cells import MISSING
from shopbook.read.headers import unit_of
from shopbook.read.spec import Draft
from shopbook.read.values import ROW, Values, height, listed

_LABELS = ("date", "id text", "text", "category")


def tidy(draft: Draft, kind: str, keys: tuple[str, ...]) -> Values:
    """One row a figure: the columns of `keys`, then metric and value; an index stays an index."""
    values = draft.values
    named = [name for name in values if name != ROW and unit_of(kind, name) not in _LABELS]
    cells = {name: listed(values[name]) for name in named}
    places = [
        (at, name)
        for at in range(height(values))
        for name in named
        if str(cells[name][at]).strip() not in MISSING
    ]
    rows = [at for at, _ in places]
    carried: Values = {}
    for name in (ROW, *(key for key in keys if key in values)):
        column = values[name]
        carried[name] = [column[at] for at in rows] if isinstance(column, list) else column[rows]
    return carried | {
        "metric": [name for _, name in places],
        "value": [cells[name][at] for at, name in places],
    }
