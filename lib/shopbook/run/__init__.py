"""Runs, pages, mails and the command line."""

import sys

# jsonschema builds grammars for URI formats while it is imported, where the package for them is installed (it
# comes with JupyterLab): 1.7 to 2.7 s. Notebooks name no such format, so jsonschema is imported without it.
if "jsonschema" not in sys.modules and "rfc3987_syntax" not in sys.modules:
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    try:
        import jsonschema  # noqa: F401
    finally:
        del sys.modules["rfc3987_syntax"]
