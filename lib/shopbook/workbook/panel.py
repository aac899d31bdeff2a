"""The parameter panel of JupyterLab: widgets that hold the same values as a notebook's parameters cell."""

from typing import Any

from shopbook.errors import ParamsError
from shopbook.history.report_days import report_days
from shopbook.history.store import Store
from shopbook.home import find_home
from shopbook.labels import heading
from shopbook.params import FAMILIES, validate
from shopbook.text import tr
from shopbook.yaml_file import load_yaml

_MOST_DAYS = 120
_HIDDEN = ("home",)


class Panel:
    """Widgets for the parameters of a family; `values` are checked like a parameters cell.

    `panel.write(globals())` puts them where the cells below look: then run those cells again.
    """

    def __init__(self, family: str, home: str = "") -> None:
        if family not in FAMILIES:
            known = ", ".join(FAMILIES)
            raise ParamsError("There is no family {found!r}; there is: {known}.", found=family, known=known)
        self.family = family
        self._home = home
        self._widgets = _widgets(family, home)
        self.box = _toolkit().VBox(list(self._widgets.values()))

    @property
    def values(self) -> dict[str, Any]:
        """The chosen values, defaults included; raises ParamsError for values that do not hold."""
        chosen = {name: widget.value for name, widget in self._widgets.items()}
        return validate(self.family, {**chosen, "home": self._home})

    def choose(self, **values: Any) -> "Panel":
        """Set values by name, as the widgets do."""
        for name, value in validate(self.family, {**self.values, **values}).items():
            if name in self._widgets:
                self._widgets[name].value = value
        return self

    def write(self, namespace: dict[str, Any]) -> dict[str, Any]:
        """Put the values into a notebook's `globals()`; returns them."""
        namespace.update(self.values)
        return self.values

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return self.box._repr_mimebundle_(**kwargs)


def panel(family: str = "daily", home: str = "") -> Panel:
    """The parameter panel of a family of notebooks: daily, campaign_review, product_lifecycle, periodic."""
    return Panel(family, home)


def _toolkit() -> Any:
    try:
        import ipywidgets
    except ImportError as error:
        raise ParamsError("The panel needs ipywidgets. Install it with: pip install ipywidgets") from error
    return ipywidgets


def _widgets(family: str, home: str) -> dict[str, Any]:
    kit, place = _toolkit(), find_home(home)
    store = Store(place.history)
    shops = store.shops() or ["demo"]
    days = sorted({f"{day}" for shop in shops for day in report_days(store, shop)}, reverse=True)
    choices = {
        "shop": [(name, name) for name in shops],
        "date": [(tr("newest complete day"), ""), *((day, day) for day in days[:_MOST_DAYS])],
        "lang": [(tr("as the shop says"), ""), ("中文", "zh"), ("English", "en")],
    }
    file = place.params(f"{family}.yaml")
    given = (load_yaml(file).get("values") or {}) if file.exists() else {}
    defaults = {name: field.default for name, field in FAMILIES[family].model_fields.items()} | given
    if defaults["shop"] not in shops:
        defaults["shop"] = shops[0]
    return {
        name: _widget(kit, name, value, choices.get(name))
        for name, value in defaults.items()
        if name not in _HIDDEN
    }


def _widget(kit: Any, name: str, value: Any, choices: list[tuple[str, str]] | None) -> Any:
    """One widget by the type of the default; a bool is asked before an int, which it also is.

    The name that code uses shows when the pointer rests on it.
    """
    style = {"description": heading(name, "panel"), "tooltip": name, "style": {"description_width": "10em"}}
    if choices:
        return kit.Dropdown(options=choices, value=value, **style)
    if isinstance(value, bool):
        return kit.Checkbox(value=value, **style)
    if isinstance(value, int):
        return kit.IntText(value=value, **style)
    if isinstance(value, float):
        return kit.FloatText(value=value, **style)
    return kit.Text(value=str(value), **style)
