"""The campaign facade for notebooks, whose parameter `campaign` would hide the module's name."""

from shopbook.workbook.campaign import load

__all__ = ["load"]
