"""The papermill engine `warm`: an already imported process is forked for each notebook (fresh, isolated, no start-up)."""

from typing import Any


class WarmEngine:
    """Papermill's entry point; it imports the engine when it is used, since papermill loads every engine at start."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Run `nb` in a fork of the warm process, with the options of papermill's own engine and of `warm`."""
        from shopbook.run.warm import ForkingEngine

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
