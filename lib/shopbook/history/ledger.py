"""The ledger of raw files: which file, when, what it was, what became of it."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """One file taken in."""

    sha256: str
    name: str
    kind: str
    days: tuple[str, ...]
    time: str
    rows: int
    status: str
    shop_name: str = ""


class Ledger:
    """One line of JSON per file, only ever added to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries = _read(path)

    @property
    def shop_name(self) -> str:
        """The first shop name a file of this shop stated."""
        return next((entry.shop_name for entry in self.entries if entry.shop_name), "")

    def add(self, *entries: Entry) -> None:
        """Append entries, before the files they speak of are moved."""
        lines = [json.dumps(vars(entry), ensure_ascii=False) + "\n" for entry in entries]
        with self.path.open("a", encoding="utf-8", newline="\n") as file:
            file.write("".join(lines))
        self.entries += entries


def _read(path: Path) -> list[Entry]:
    if not path.is_file():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:  # a line cut off by a crash; the file it spoke of is still in the inbox
            continue
        found.append(Entry(**{**row, "days": tuple(row["days"])}))
    return found
