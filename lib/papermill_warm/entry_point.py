"""The papermill engine `warm`: a fork of an already imported process runs each notebook."""

from typing import Any


class WarmEngine:
    """Papermill's entry point; papermill loads every engine at start, so the work is imported when used."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Run `nb` in a fork of the warm process; takes the options of papermill's own engine."""
        from papermill_warm.client import ForkingEngine

        return ForkingEngine.execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """The kernel name asked for, else the notebook's."""
        from papermill.utils import nb_kernel_name

        return str(nb_kernel_name(nb, name))

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """The language asked for, else the notebook's."""
        from papermill.utils import nb_language

        return str(nb_language(nb, language))
