"""The lines that make cron, systemd or Windows call `shopbook due`, each in the quoting its program reads."""

import datetime as dt
import shlex
import sys
from pathlib import Path

from shopbook.errors import ParamsError
from shopbook.home import Home
from shopbook.params import FAMILIES
from shopbook.run import cron, schedule
from shopbook.text import tr


def printed(home: Home, now: dt.datetime) -> str:
    """All three, and the next times of each family."""
    words = command(home)
    return "\n".join(
        [
            tr("One line calls `shopbook due` every five minutes; what is due and when stands in params/."),
            "crontab -e",
            f"  {crontab(words, home.data / 'due.log')}",
            "~/.config/systemd/user/shopbook.service",
            *(f"  {line}" for line in service(words)),
            "~/.config/systemd/user/shopbook.timer",
            *(f"  {line}" for line in TIMER),
            "systemctl --user enable --now shopbook.timer",
            "Windows",
            f"  {windows(words)}",
            tr(
                "Mail settings (SHOPBOOK_SMTP_...) reach it as NAME=value lines above the crontab line, as "
                "EnvironmentFile= of the service, or as user variables of Windows."
            ),
            tr("Next times"),
            *_next_times(home, now),
        ]
    )


def command(home: Home) -> list[str]:
    """The words that call `due` here, whatever folder and search path the caller has."""
    script = Path(sys.executable).with_name("shopbook.exe" if sys.platform == "win32" else "shopbook")
    program = [str(script)] if script.exists() else [sys.executable, "-m", "shopbook"]
    return [*program, "--home", str(home.root), "--data", str(home.data), "due"]


def crontab(words: list[str], log: Path) -> str:
    """One crontab line; in it a bare % would end the command."""
    call = f"{shlex.join(words)} >> {shlex.quote(str(log))} 2>&1"
    return f"*/5 * * * * {call}".replace("%", r"\%")


def service(words: list[str]) -> list[str]:
    """The systemd service; % and $ mean something there, quotes and backslashes are escaped."""
    safe = (
        word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$") for word in words
    )
    return ["[Service]", "Type=oneshot", "ExecStart=" + " ".join(f'"{word}"' for word in safe)]


TIMER = ["[Timer]", "OnCalendar=*:0/5", "Persistent=true", "[Install]", "WantedBy=timers.target"]


def windows(words: list[str]) -> str:
    """The schtasks line: cmd.exe knows double quotes only, the ones inside are escaped."""
    call = " ".join(f'\\"{word}\\"' if " " in word or "\\" in word or "/" in word else word for word in words)
    return f'schtasks /Create /F /SC MINUTE /MO 5 /TN shopbook /TR "{call}"'


def _next_times(home: Home, now: dt.datetime) -> list[str]:
    lines = []
    for family in FAMILIES:
        try:
            file = schedule.scheduled(home, family)
        except ParamsError as error:
            lines.append(f"  {error}")
            continue
        if file is not None and file.schedule is not None:
            moments = [f"{moment:%Y-%m-%d %H:%M %Z}" for moment in cron.following(file.schedule, now)]
            lines.append(f"  {family} ({file.schedule.cron}): {', '.join(moments) or '–'}")
    return lines
