"""What is run and how it ended: plain records that travel between processes."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from shopbook.home import Home

Status = Literal["done", "failed", "held", "skipped"]
ENGINES = ("warm", "papermill")
# The families whose notebooks load the same, and the module whose `prepare` loads it for all of them.
FACADES = {"daily": "shopbook.workbook.daily", "product_lifecycle": "shopbook.workbook.lifecycle"}
# Parameters that a job holds as fields of its own.
STANDARD = ("shop", "date", "lang", "home", "campaign")


@dataclass(frozen=True)
class NotebookJob:
    """One notebook for one shop and day.

    `parameters` are checked values. `inputs` (hashes of its history) and `sources` (a hash of package and
    params) are filled in by a batch, which reads them once for many jobs, and `together`: the names of the
    notebooks it runs that load the same, this one included.
    """

    home: Home
    family: str
    name: str
    shop: str
    date: str
    campaign: str = ""
    path: Path | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    lang: str = "zh"
    force: bool = False
    hold_on_blocking: bool = False
    inputs: tuple[dict[str, Any], ...] | None = None
    sources: str = ""
    together: tuple[str, ...] = ()

    @property
    def source(self) -> Path:
        """The notebook file."""
        return self.path or self.home.notebook(f"{self.family}/{self.name}.ipynb")

    @property
    def folder(self) -> Path:
        """Where its report goes."""
        return self.home.reports / self.shop / self.date / self.family / self.campaign

    @property
    def key(self) -> str:
        """The report it belongs to as one text."""
        return "/".join(filter(None, (self.shop, self.date, self.family, self.campaign)))

    @property
    def label(self) -> str:
        """How it is named to an operator."""
        campaign = f" {self.campaign}" if self.campaign else ""
        return f"{self.shop} {self.date} {self.family}/{self.name}{campaign}"


@dataclass(frozen=True)
class NotebookResult:
    """How one notebook ended; `error` is a sentence for the operator."""

    job: NotebookJob
    status: Status
    seconds: float = 0.0
    error: str = ""
    attempts: int = 1


@dataclass(frozen=True)
class Limits:
    """What one notebook may take: seconds in all, seconds per cell, growth of memory in MB (0 = no limit)."""

    seconds: float = 600.0
    cell_seconds: int = 300
    memory_mb: int = 2048
