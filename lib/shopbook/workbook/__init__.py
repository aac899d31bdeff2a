"""What a notebook imports: the facades that load once and answer, the charts, and what a cell shows."""

from shopbook.report import charts, show, theme

# Both modules load the libraries of the extra `lab` when they are called, so a report pays nothing for them.
# Imported here because a function named as its module must be bound after it.
from shopbook.workbook.panel import panel
from shopbook.workbook.sql import sql

theme.apply()

__all__ = ["charts", "panel", "show", "sql"]
