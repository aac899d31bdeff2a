"""Bytes to typed tables: every platform export and hand-filled template the suite knows."""

from shopbook.read.export import ExportTable, Provenance, read_export
from shopbook.read.preview import Preview, check
from shopbook.read.problems import FileRefused, Problem
from shopbook.read.templates import TEMPLATE_KINDS, template

__all__ = [
    "TEMPLATE_KINDS",
    "ExportTable",
    "FileRefused",
    "Preview",
    "Problem",
    "Provenance",
    "check",
    "read_export",
    "template",
]
