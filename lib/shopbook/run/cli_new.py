"""Files a command writes for people to edit: a campaign, a report of one's own; and opening JupyterLab."""

import re
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from shopbook.errors import ParamsError
from shopbook.run.cli_console import Session
from shopbook.text import tr

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_TEMPLATES = Path(__file__).parent / "templates"


def new_campaign(session: Session, campaign: str) -> NoReturn:
    """params/campaigns/<id>.yaml with a comment on every field."""
    path = session.home.root / "params" / "campaigns" / f"{_name(campaign)}.yaml"
    _write(path, (_TEMPLATES / "campaign.yaml").read_text(encoding="utf-8").replace("CAMPAIGN", campaign))
    session.say(tr("Wrote {file}; fill in phases, targets and items.", file=path))
    session.end({"file": path})


def new_report(session: Session, name: str) -> NoReturn:
    """notebooks/custom/<name>.ipynb, ready to run, with a test beside it."""
    folder = session.home.root / "notebooks" / "custom"
    notebook, test = folder / f"{_name(name)}.ipynb", folder / f"test_{_name(name).replace('-', '_')}.py"
    _write(notebook, (_TEMPLATES / "report.ipynb").read_text(encoding="utf-8").replace("REPORT", name))
    _write(test, (_TEMPLATES / "test_report.py.txt").read_text(encoding="utf-8").replace("REPORT", name))
    session.say(tr("Wrote {file}; run it with: shopbook run {file}", file=notebook))
    session.end({"file": notebook, "test": test})


def lab(session: Session) -> NoReturn:
    """JupyterLab at the start page, in the language of the run."""
    start = session.home.notebook("onboarding/00_start.ipynb")
    locale = "zh_CN" if session.lang != "en" else "en"
    command = [sys.executable, "-m", "jupyterlab", str(start)]
    override = ["--LabApp.default_setting_overrides=" + _overrides(locale)]
    try:
        ended = subprocess.run([*command, *override], check=False).returncode
    except KeyboardInterrupt:
        ended = 0
    if ended:
        session.say(tr("JupyterLab did not start; install it with: pip install -e .[lab]"))
    session.end({"exit": ended}, bool(ended))


def _overrides(locale: str) -> str:
    return '{"@jupyterlab/translation-extension:plugin": {"locale": "' + locale + '"}}'


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ParamsError("{found!r} cannot name a file: use letters, digits, - and _.", found=text)
    return text


def _write(path: Path, text: str) -> None:
    if path.exists():
        raise ParamsError("{file} is already there; choose another name.", file=path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
