"""What one call of `due` did: a line a shop for people, one document for programs."""

from dataclasses import dataclass, field
from typing import Any

from shopbook.history.inbox import Ingested
from shopbook.run.batch_result import BatchResult
from shopbook.run.job import NotebookResult
from shopbook.run.mail.outbox import Delivery
from shopbook.run.schedule import Slot
from shopbook.run.site.labels import family_label
from shopbook.text import tr


@dataclass
class ShopMorning:
    """What happened to one shop."""

    taken: list[Ingested] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    results: list[NotebookResult] = field(default_factory=list)
    corrected: set[str] = field(default_factory=set)
    waiting: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    mails: list[Delivery] = field(default_factory=list)

    @property
    def refused(self) -> list[Ingested]:
        return [each for each in self.taken if each.status not in ("accepted", "unchanged")]

    @property
    def failed(self) -> bool:
        """Whether something was refused or went wrong; waiting is neither."""
        broken = any(result.status == "failed" for result in self.results)
        refused = any(each.status == "refused" for each in self.refused)
        return bool(refused or self.problems or broken or any(not mail.ok for mail in self.mails))

    @property
    def line(self) -> str:
        """All of it in one sentence; "" when there is nothing to say."""
        said = [*self._files(), *self.answers, *self._reports(), *self.waiting]
        return "; ".join([*said, *self._mails(), *self.problems])

    def _files(self) -> list[str]:
        accepted = sum(each.status == "accepted" for each in self.taken)
        unchanged = sum(each.status == "unchanged" for each in self.taken)
        said = [tr("{count} files taken in", count=accepted)] if accepted else []
        said += [tr("{count} files held nothing new", count=unchanged)] if unchanged else []
        said += [
            tr("not taken in: {file}: {reason}", file=each.file, reason=_first(each)) for each in self.refused
        ]
        return said

    def _reports(self) -> list[str]:
        said = []
        for date, family in sorted({(each.job.date, each.job.family) for each in self.results}):
            mine = [r for r in self.results if (r.job.date, r.job.family) == (date, family)]
            made = sum(result.status in ("done", "held") for result in mine)
            report = f"{family_label(family)} {date}"
            if made and f"{date}/{family}" in self.corrected:
                said.append(tr("{report} made again with what arrived late", report=report))
            elif made:
                said.append(tr("{report} made, {count} pages", report=report, count=made))
            said += [each.error.splitlines()[0] for each in mine if each.status == "failed" and each.error]
        return said

    def _mails(self) -> list[str]:
        count = {
            state: sum(each.state == state for each in self.mails) for state in ("sent", "written", "held")
        }
        said = [tr("{count} mails sent", count=count["sent"])] if count["sent"] else []
        said += (
            [tr("{count} mails written to the outbox", count=count["written"])] if count["written"] else []
        )
        said += [tr("{count} mails held back", count=count["held"])] if count["held"] else []
        return said + [f"{each.recipient}: {each.detail}" for each in self.mails if not each.ok]


@dataclass
class Outcome:
    """What one call did, over all shops; `notes` belong to no shop, `settling` files were just written."""

    shops: dict[str, ShopMorning] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    settling: int = 0
    broken: bool = False

    def shop(self, name: str) -> ShopMorning:
        return self.shops.setdefault(name, ShopMorning())

    @property
    def lines(self) -> list[str]:
        """The notes, then a line for every shop with something to say."""
        told = ((name, self.shops[name].line) for name in sorted(self.shops))
        return [*self.notes, *(f"{name}: {line}" for name, line in told if line)]

    @property
    def failed(self) -> bool:
        return self.broken or any(each.failed for each in self.shops.values())

    def to_json(self) -> dict[str, Any]:
        """One plain document; `refused` names every file that still lies in the inbox with its reason."""
        results = tuple(result for each in self.shops.values() for result in each.results)
        return {
            "lines": self.lines,
            "slots": [slot.to_json() for slot in self.slots if slot.state != "done"],
            "notebooks": BatchResult(results).to_json(),
            "files": [
                {"shop": name, "file": file.file, "status": file.status, "kind": file.kind}
                for name, each in self.shops.items()
                for file in each.taken
            ],
            "mails": [vars(mail) for each in self.shops.values() for mail in each.mails],
            "refused": self.refused,
        }


def _first(file: Ingested) -> str:
    """The first sentence of why a file was not taken in."""
    return file.problems[0].text.splitlines()[0] if file.problems else file.status
