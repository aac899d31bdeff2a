"""jsonschema without its grammars of addresses: where JupyterLab is installed they take 1.7 to 2.7 s."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

_GRAMMARS = "rfc3987_syntax"


class _NotInstalled:
    """An import finder that says, while it is asked, that the grammars are not installed."""

    @staticmethod
    def find_spec(
        name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == _GRAMMARS:
            raise ModuleNotFoundError(f"{name} is left out on purpose", name=name)
        return None


def import_jsonschema() -> None:
    """Import jsonschema as if its optional grammars were not there; the schema of notebooks names no address.

    For the main function of a program and the warm process, before anything imports nbformat; a library must
    not decide this for others.
    """
    finder = _NotInstalled()
    sys.meta_path.insert(0, finder)
    try:
        import jsonschema  # noqa: F401
    finally:
        sys.meta_path.remove(finder)
