"""Every report the suite reads, from params/kinds.yaml; a module named like a kind holds its `shape`.

The shape makes typed columns tidy; `whole` in its place reads a sheet that is not one table.
"""

from importlib import import_module
from pkgutil import iter_modules

from shopbook import plugins
from shopbook.kinds import Kind, kinds
from shopbook.read.spec import Spec

_OWN = {module.name for module in iter_modules(__path__)}


def _specs(kind: Kind) -> list[Spec]:
    """The layouts of a kind with its shape."""
    if kind.name not in _OWN:
        theirs = plugins.things(plugins.KINDS).get(kind.name, {})
        shapes = {name: theirs[name] for name in ("shape", "whole") if name in theirs}
        return [Spec(kind, layout, **shapes) for layout in kind.layouts]
    module = import_module(f"{__name__}.{kind.name}")
    shape, whole = (getattr(module, name, None) for name in ("shape", "whole"))
    made = []
    for layout in kind.layouts:
        own = {"shape": shape} if shape else {}
        # A layout with keys is a table like others; one without is read as a whole.
        made.append(Spec(kind, layout, **own, whole=None if layout.keys else whole))
    return made


SPECS: tuple[Spec, ...] = tuple(spec for kind in kinds().values() for spec in _specs(kind))
KINDS: tuple[str, ...] = tuple(kinds())
# Several files can make up one day of these kinds; a file replaces only its own part of the day.
PARTS: dict[str, tuple[str, ...]] = {name: kind.parts for name, kind in kinds().items() if kind.parts}
UNDATED: tuple[str, ...] = tuple(name for name, kind in kinds().items() if kind.dated != "day")
