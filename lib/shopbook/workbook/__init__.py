"""What a notebook imports: the facades that load once and answer, the charts, and what a cell shows."""

from shopbook.report import charts, show, theme

theme.apply()

__all__ = ["charts", "show"]
