"""Notebooks forked from a warm process: the papermill engine `warm` and what it needs."""
