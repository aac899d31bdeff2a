"""What had to be mended in the cells of a file, told in one line."""

from dataclasses import dataclass, field

from shopbook.read.problems import Problem, info, warn

_SHOWN = 6


@dataclass
class Repairs:
    """Cells that are not known or were mended: header, sheet row, what stands there."""

    odd: list[tuple[str, int, str]] = field(default_factory=list)
    is_grave: bool = False

    def add(self, header: str, row: int, text: object, *, grave: bool = False) -> None:
        """One more cell; `grave` when its column is one the report cannot do without."""
        self.odd.append((header.strip(), row, str(text)))
        self.is_grave = self.is_grave or grave

    def told(self) -> list[Problem]:
        """The line about all of them."""
        if not self.odd:
            return []
        say = warn if self.is_grave else info
        shown = [f"{header} {row}: {text[:24]}" for header, row, text in self.odd[:_SHOWN]]
        more = [f"… (+{len(self.odd) - _SHOWN})"] if len(self.odd) > _SHOWN else []
        return [
            say(
                "cells_mended",
                "{count} odd cells mended or left empty (column, row: found): {cells}.",
                count=len(self.odd),
                cells=shown + more,
            )
        ]
