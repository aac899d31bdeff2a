"""How a notebook can end before its last cell: a reason as a word with its figures, and an English sentence.

A caller that speaks another language reads `reason` and `values` instead of the sentence.
"""

from nbclient.exceptions import DeadKernelError

SENTENCES = {
    "exit": "a cell ended the notebook's process (exit code {status})",
    "memory": "the notebook used {used} MB of memory; {most} MB are allowed",
    "processes": "the notebook started {count} processes; {most} are allowed",
    "signal": "the notebook's process was killed ({signal})",
    "time": "the notebook took longer than the {seconds} s allowed",
    "unknown": "the notebook's process died",
    "warm process": "the warm process died, and the notebook's process with it",
}


class _Reasoned(Exception):
    """An error whose sentence is made from `reason` and `values`."""

    def __init__(self, reason: str, /, **values: object) -> None:
        super().__init__(SENTENCES[reason].format(**values))
        self.reason = reason
        self.values = values


class KernelDiedError(_Reasoned, DeadKernelError):
    """Raised when the process of a notebook ends or is ended before its last cell."""


class NotebookTimeoutError(_Reasoned, TimeoutError):
    """Raised when a whole notebook takes longer than allowed."""
