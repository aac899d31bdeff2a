"""The documentation: the site builds without a dead link, its reference is current, its commands parse."""

import importlib.util
import re
import shlex
import subprocess
import sys
import tomllib

import click
import pytest
import typer
import yaml

from shopbook.home import PROJECT
from shopbook.run.command.cli import app
from shopbook.run.docs import reference

PAGES = sorted([*(PROJECT / "docs").rglob("*.md"), *PROJECT.glob("*.md")])
_BLOCK = re.compile(r"^```(?:bash|sh|console|text)?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """Every line of a block that calls shopbook, with its page."""
    found = []
    for page in PAGES:
        for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
            lines = (line.strip().removeprefix("$ ") for line in block.splitlines())
            found += [(page.name, line) for line in lines if re.match(r"shopbook( |$)", line)]
    return found


def parsed(line: str) -> None:
    """Parse a command line as the program does, without running it."""
    group = typer.main.get_command(app)
    assert isinstance(group, click.Group | typer.core.TyperGroup)
    command = re.split(r"\s(?:#|\||>|&&)\s", line)[0]
    words = shlex.split(command)[1:]
    context = group.make_context("shopbook", words)
    name, *rest = [*getattr(context, "_protected_args", []), *context.args]
    group.commands[name].make_context(name, rest, parent=context)


def test_there_are_commands_in_the_docs():
    assert len(commands()) > 20


@pytest.mark.parametrize(("page", "line"), sorted(set(commands())))
def test_a_command_of_the_docs_is_one_the_program_takes(page, line):
    parsed(line)


def test_the_reference_is_the_one_the_source_makes():
    assert reference.FILE.read_text(encoding="utf-8") == reference.reference(), (
        "run: python -m shopbook.run.docs.reference"
    )


def test_every_name_of_the_reference_is_described():
    bare = re.findall(r"^### (\S+)\n\n```text\n[^`]*```\n\n\n", reference.reference(), re.MULTILINE)
    assert bare == []


@pytest.mark.skipif(importlib.util.find_spec("material") is None, reason="the extra `docs` is not installed")
def test_the_site_builds_without_a_dead_link(tmp_path):
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        "--site-dir",
        str(tmp_path / "site"),
    ]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "site" / "search" / "search_index.json").stat().st_size > 50_000
    home = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|<link[^>]* href)="https?://', home)


def test_the_citation_names_the_projects_version():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    cited = yaml.safe_load((PROJECT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])
