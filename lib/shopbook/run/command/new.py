"""Files a command writes for people to edit: a campaign, a report of one's own; and opening JupyterLab."""

import dataclasses
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from shopbook.errors import ParamsError
from shopbook.home import home_at
from shopbook.run import home_files, lessons
from shopbook.run.command.console import Session
from shopbook.text import tr

# Letters of any script, so that 双12 is a name; no path, no dot, no blank.
_NAME = re.compile(r"[^\W_][\w-]{0,63}")
_TEMPLATES = Path(__file__).parent / "templates"


def init(session: Session, folder: Path | None) -> NoReturn:
    """A home to work in, or what a new version changes in it."""
    home = home_at(folder) if folder else session.home
    laid = home_files.lay_out(home)
    session.say(tr("Home {folder}, shopbook {version}", folder=home.root, version=laid.version))
    counts = {"count": len(laid.new), "renewed": len(laid.renewed)}
    session.say(tr("{count} files written, {renewed} renewed.", **counts))
    for name in laid.renewed:
        session.say(tr("renewed: {file}", file=name))
    for name in laid.kept:
        session.say(tr("changed in this version, edited by you, left alone: {file}", file=name))
    session.say(tr("Put exports into {folder} and run: shopbook ingest", folder=home.inbox / "<shop>"))
    session.end({"home": home.root, **dataclasses.asdict(laid)})


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
    """JupyterLab at the start page, in the language of the run, with this environment's kernel."""
    if importlib.util.find_spec("jupyterlab") is None:
        session.say(tr("JupyterLab did not start; install it with: pip install jupyterlab ipywidgets"))
        session.end({"exit": 1}, True)
    with tempfile.TemporaryDirectory(prefix="shopbook-lab-") as folder:
        command, surroundings = lab_server(session, Path(folder))
        try:
            ended = subprocess.run(command, env=surroundings, check=False).returncode
        except KeyboardInterrupt:
            ended = 0
    if ended:
        session.say(tr("JupyterLab did not start; install it with: pip install jupyterlab ipywidgets"))
    session.end({"exit": ended}, bool(ended))


def lab_server(session: Session, folder: Path) -> tuple[list[str], dict[str, str]]:
    """The command of the server and its environment; `folder` receives the interface language."""
    lang = session.lang or "zh"
    root = session.home.root
    if (root / "notebooks").is_dir():
        start = lessons.own_copies(session.home, lang)
    else:  # only a data folder was named: the shipped notebooks, which are nobody's to write beside
        start = session.home.notebook("onboarding/00_start.ipynb")
        root = start.parents[2]
    overrides = {
        "@jupyterlab/translation-extension:plugin": {"locale": "zh_CN" if lang == "zh" else "en"},
        # Neither news nor updates are fetched: the workbook works without a network.
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    }
    settings = folder / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps(overrides), encoding="utf-8")
    # A folder more to look for settings in: what a person chose in JupyterLab itself still wins.
    others = os.environ.get("JUPYTER_CONFIG_PATH", "")
    surroundings = {
        **os.environ,
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, [str(folder), others])),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "SHOPBOOK_HOME": str(session.home.root),
        "SHOPBOOK_DATA": str(session.home.data),
    }
    return [sys.executable, "-m", "jupyterlab", str(start), f"--ServerApp.root_dir={root}"], surroundings


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ParamsError("{found!r} cannot name a file: use letters, digits, - and _.", found=text)
    return text


def _write(path: Path, text: str) -> None:
    if path.exists():
        raise ParamsError("{file} is already there; choose another name.", file=path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
