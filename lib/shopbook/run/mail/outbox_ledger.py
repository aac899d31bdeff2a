"""The book of what was sent: one line per step, written before the step, so that no crash hides a mail."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from shopbook import state
from shopbook.home import Home

# "sending": under way, the server cannot have it yet; "dot": it may have it from here on.
OPEN, DOT = "sending", "dot"
SENT, REFUSED, FAILED, UNCERTAIN = "sent", "refused", "failed", "uncertain"
# Only the .eml was written, because no server is set.
WRITTEN = "written"


def record_of(home: Home, shop: str) -> Path:
    """The book of a shop; it lies apart from reports and mails: removing those must mail nothing again."""
    return home.data / "sent" / f"{shop}.jsonl"


@dataclass(frozen=True)
class Step:
    """The newest step of one mail (or message) of one report version."""

    key: str
    version: str
    state: str
    recipient: str
    message_id: str = ""
    detail: str = ""
    told: str = ""

    @property
    def id(self) -> str:
        """How a person names this mail on the command line."""
        return hashlib.sha256(f"{self.key} {self.version}".encode()).hexdigest()[:8]

    @property
    def is_uncertain(self) -> bool:
        """Whether the reader may have it or not: a reply is missing, or this process died waiting for it."""
        return self.state in (DOT, UNCERTAIN)


class Ledger:
    """The book of one shop; whoever writes holds the lock of the outbox."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._steps: dict[tuple[str, str], Step] = {}
        for step in state.read(path, made):
            self._keep(step)

    def step(self, key: str, version: str) -> Step | None:
        """The newest step of this version."""
        return self._steps.get((key, version))

    def newest(self, key: str) -> Step | None:
        """The newest step of any version."""
        return next((step for (k, _), step in reversed(self._steps.items()) if k == key), None)

    def sent_before(self, key: str, version: str) -> Step | None:
        """The newest other version of the same report that reached, or may have reached, the reader."""
        others = [s for (k, v), s in self._steps.items() if k == key and v != version]
        reached = (step for step in reversed(others) if step.state in (SENT, WRITTEN) or step.is_uncertain)
        return next(reached, None)

    def uncertain(self) -> list[Step]:
        """Every mail of which nobody knows whether it arrived, unless a newer version did."""
        arrived: set[str] = set()
        found = []
        for step in reversed(self._steps.values()):
            if step.state == SENT:
                arrived.add(step.key)
            elif step.is_uncertain and step.key not in arrived:
                found.append(step)
        return found[::-1]

    def add(self, step: Step, at: str) -> None:
        """Write one step to the disk before anything else happens."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        state.append(self.path, [{**vars(step), "at": at}])
        self._keep(step)

    def _keep(self, step: Step) -> None:
        self._steps.pop((step.key, step.version), None)
        self._steps[(step.key, step.version)] = step


def made(row: Mapping[str, Any]) -> Step:
    """A step from its plain values; one without a key, version and state is none."""
    step = Step(**{each.name: str(row.get(each.name, "")) for each in fields(Step)})
    if not (step.key and step.version and step.state):
        raise ValueError(step)
    return step
