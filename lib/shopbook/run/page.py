"""An executed notebook as one self-contained page, and what else it carries: findings and mail charts."""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode
from traitlets.config import Config

import shopbook.report
from shopbook.errors import DeliveryError
from shopbook.findings.finding import MIME
from shopbook.run import page_guard
from shopbook.run.page_language import in_language
from shopbook.text import speaking, tr

TEMPLATES = Path(shopbook.report.__file__).parent / "template"
SCRIPT = (TEMPLATES / "shopbook" / "page.js").read_text(encoding="utf-8")
LIMIT = 300_000
"""Bytes of a page that a phone still opens at once."""

_SHOWN = {"text/html", "text/markdown", "image/svg+xml", "image/png", "text/plain", MIME}
_HEAD = ("headline", "lang", "shop", "date")
_DROPPED = {"parameters", "injected-parameters", "analyst-only"}


def render(notebook: NotebookNode, *, lang: str = "") -> str:
    """The page of an executed notebook.

    An output that failed, or that a page cannot show, raises: half a report is never published. `lang` is
    used when the notebook publishes no findings.
    """
    _refuse_unshowable(notebook)
    # HTMLExporter's own method would read the page again to add alternative texts and tab stops: our template
    # writes the texts itself and has no cells to stop at; half the time is saved.
    spoken = (find_report(notebook) or {}).get("lang") or lang
    light = _as_read(notebook, spoken)
    body, _ = TemplateExporter.from_notebook_node(
        _exporter(), light, {"shopbook_lang": lang, **_script(spoken)}
    )
    found = page_guard.forbidden(body.replace(f"<script>{SCRIPT}</script>", ""))
    if found:
        raise DeliveryError(
            "The page would run something or load it from outside: {found}. Take it out of the notebook.",
            found=", ".join(found[:5]),
        )
    return body


def _script(lang: str) -> dict[str, str]:
    """The page's own script, its words, and the policy that lets it and nothing else run or load."""
    with speaking(lang or "zh"):
        words = {"csv": tr("Copy as CSV"), "todo": tr("Copy the to-do list"), "copied": tr("Copied")}
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; img-src data:; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )
    return {
        "shopbook_script": SCRIPT,
        "shopbook_words": json.dumps(words, ensure_ascii=False),
        "shopbook_policy": policy,
    }


def _as_read(notebook: NotebookNode, lang: str) -> NotebookNode:
    """The notebook as the page reads it: texts in its language, of the findings only the words of the head.

    nbconvert copies every value of a notebook three times; these hold thousands of rows that no page shows.
    """
    cells = [
        NotebookNode({**cell, "outputs": [_short(output) for output in cell.outputs]})
        if cell.cell_type == "code"
        else NotebookNode({**cell, "source": in_language(cell.source, lang)})
        for cell in notebook.cells
    ]
    return NotebookNode({**notebook, "cells": cells})


def _short(output: NotebookNode) -> NotebookNode:
    report = output.get("data", {}).get(MIME)
    if report is None:
        return output
    head = {name: report[name] for name in _HEAD if name in report}
    return NotebookNode({**output, "data": NotebookNode({**output["data"], MIME: NotebookNode(head)})})


def find_report(notebook: NotebookNode) -> dict[str, Any] | None:
    """The findings document that the notebook published last, or None."""
    found = [output["data"][MIME] for output in _outputs(notebook) if MIME in output.get("data", {})]
    return dict(found[-1]) if found else None


def mail_charts(notebook: NotebookNode) -> dict[str, bytes]:
    """The PNG of every chart marked for the mail, by its name, in the order of the notebook."""
    charts = {}
    for output in _outputs(notebook):
        name = output.get("metadata", {}).get("shopbook", {}).get("chart", "")
        if name and "image/png" in output.get("data", {}):
            charts[name] = base64.b64decode(output["data"]["image/png"])
    return charts


@cache
def _exporter() -> HTMLExporter:
    """One exporter per process: making it costs three times as much as a page."""
    config = Config()
    config.HTMLExporter.exclude_anchor_links = True
    config.HTMLExporter.optimistic_validation = True  # once, not after each of a dozen preprocessors
    made: HTMLExporter = HTMLExporter(
        config=config, template_name="shopbook", extra_template_basedirs=[str(TEMPLATES)]
    )
    made.register_filter(
        "highlight_code", Highlight2HTML()
    )  # the base template names it, ours calls it never
    return made


def _refuse_unshowable(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type != "code" or _DROPPED & set(cell.metadata.get("tags", [])):
            continue
        for output in cell.outputs:
            if output.output_type == "error":
                raise DeliveryError(
                    "The notebook failed: {error}: {text}", error=output.ename, text=output.evalue
                )
            kinds = set(output.get("data", {}))
            if kinds and not kinds & _SHOWN:
                raise DeliveryError("A page cannot show this output: {kinds}", kinds=", ".join(sorted(kinds)))


def _outputs(notebook: NotebookNode) -> list[NotebookNode]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
