"""The learner's own copies of the lessons: one language each, to type answers into."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from shopbook.home import Home
from shopbook.run.manifest import fingerprint, write_whole
from shopbook.run.page_language import in_language

_IMPORT = "from shopbook import learn"


def own_copies(home: Home, lang: str) -> Path:
    """Write to `notebooks/custom/lessons-<lang>/` every lesson not worked in yet; the start page."""
    folder = home.root / "notebooks" / "custom" / f"lessons-{lang}"
    for lesson in lessons(home):
        own = folder / lesson.name
        if not own.exists() or _as_written(own):
            copy = in_one_language(nbformat.read(lesson, as_version=4), lang)
            copy.metadata["shopbook"] = {"as_written": _cells(copy)}
            write_whole(own, f"{nbformat.writes(copy)}\n".encode())
    return folder / "00_start.ipynb"


def lessons(home: Home) -> list[Path]:
    """The lessons in their order, in both languages."""
    return sorted(home.notebook("onboarding/00_start.ipynb").parent.glob("[0-9]*.ipynb"))


def in_one_language(lesson: NotebookNode, lang: str) -> NotebookNode:
    """A lesson whose texts, and whose answers to what is typed, are in one language."""
    for cell in lesson.cells:
        if cell.cell_type == "markdown":
            cell.source = in_language(cell.source, lang)
        elif _IMPORT in cell.source.splitlines():
            cell.source += f'\n\nlearn.speak("{lang}")'
    return lesson


def _as_written(own: Path) -> bool:
    """Whether a copy is as it was written: no answer typed, no cell changed."""
    try:
        here = nbformat.read(own, as_version=4)
    except (OSError, ValueError):
        return False
    return bool(here.metadata.get("shopbook", {}).get("as_written") == _cells(here))


def _cells(notebook: NotebookNode) -> str:
    return fingerprint([[cell.cell_type, cell.source] for cell in notebook.cells])
