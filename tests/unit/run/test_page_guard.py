"""A page whose notebook shows something that runs, loads or leads away by itself is not published."""

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from hostile_html import HOSTILE
from shopbook.errors import DeliveryError
from shopbook.run import page
from shopbook.run.page_guard import forbidden

HARMLESS = [
    "<table><tr><td title='a: b'>1</td></tr></table>",
    "<a href='#own'>x</a><a href='own.html'>x</a>",
    "<a href='https://x.example/'>x</a><a href='mailto:a@b.cn'>x</a>",
    "<style>#T_1 td{color:red;background-image:url(data:image/png;base64,AA)}</style>",
    "<svg><g clip-path='url(#c)'><use href='#m'/></g></svg>",
    "<img alt='javascript: a title' src='data:image/png;base64,AA'>",
    "<p>javascript: and url(http://x.example) as words</p>",
    "<details><summary>x</summary><input type='checkbox'></details>",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_what_acts_by_itself_is_found(html):
    assert forbidden(html)


@pytest.mark.parametrize("html", HARMLESS)
def test_what_a_report_shows_passes(html):
    assert forbidden(html) == []


@pytest.mark.parametrize("html", HOSTILE[:3])
def test_it_is_refused_in_outputs_and_in_prose(html):
    shown = new_output("display_data", data={"text/html": html})
    for cell in (new_code_cell("1", outputs=[shown]), new_markdown_cell(f"text\n\n{html}")):
        with pytest.raises(DeliveryError):
            page.render(new_notebook(cells=[cell]))


def test_the_reasons_name_what_to_take_out():
    shown = new_output("display_data", data={"text/html": HOSTILE[0]})
    with pytest.raises(DeliveryError, match="svg onload"):
        page.render(new_notebook(cells=[new_code_cell("1", outputs=[shown])]))


def test_a_policy_stands_before_everything_a_page_shows():
    body = page.render(new_notebook(cells=[new_markdown_cell("text")]))
    assert 0 < body.index("Content-Security-Policy") < body.index("<title>")
    assert "default-src 'none'" in body


def test_the_template_of_shipped_reports_passes():
    for path in sorted((Path(page.TEMPLATES) / "shopbook").glob("*.css")):
        assert forbidden(f"<style>{path.read_text(encoding='utf-8')}</style>") == []
