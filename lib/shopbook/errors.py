"""Every error an operator can meet. An error is an instruction: what, where, what was found, what to do.

WorkbookError
├── ExportError        a file that cannot become a table (carries every problem of the file)
├── HistoryError       the store of days cannot answer or take a table
├── ParamsError        a parameter, a params file or a command line that does not hold
├── RunError           a notebook that did not finish
├── DeliveryError      a page, mail or message that could not be made or sent
├── MachineError       a file, folder, disk or locale of the machine that cannot be used
└── NameUnknown        a frame, table, finding, metric or column asked for that is not there
    └── AttributeUnknown   a name after the dot that is not there
"""

import errno

from shopbook.text import tr


class WorkbookError(Exception):
    """Base of all errors shown to an operator.

    The first argument is an English sentence of the catalogue with `{placeholders}`; the keyword arguments
    fill it and stay readable as `error.values`. The text is made when it is shown, in the run's language.
    """

    def __init__(self, msgid: str, /, **values: object) -> None:
        super().__init__(msgid)
        self.msgid = msgid
        self.values = values

    def __str__(self) -> str:
        return tr(self.msgid, **self.values)

    def _render_traceback_(self) -> list[str]:
        """What JupyterLab shows: the instruction alone, one screen, none of the library's own lines."""
        return [f"{type(self).__name__}: {self}"]


class ExportError(WorkbookError):
    """Raised when an export file is refused."""


class HistoryError(WorkbookError):
    """Raised when the history cannot be read or written."""


class ParamsError(WorkbookError):
    """Raised when a parameter or a params file does not hold."""


class RunError(WorkbookError):
    """Raised when a notebook run ends without a report."""


class DeliveryError(WorkbookError):
    """Raised when a page, mail or chat message cannot be made or sent."""


class NameUnknown(WorkbookError):
    """Raised when a notebook asks for a frame, table, finding, metric or column that is not there."""


class AttributeUnknown(NameUnknown, AttributeError):
    """Raised when a notebook asks `day.something` that is not there."""


class MachineError(WorkbookError):
    """Raised when a file, folder, disk or locale of the machine cannot be used."""


def machine_error(problem: OSError | UnicodeError | MemoryError) -> MachineError:
    """What the operating system refused, as an instruction that names the file."""
    if isinstance(problem, MemoryError):
        return MachineError("There is not enough memory. Close other programs, or run fewer --jobs at once.")
    if isinstance(problem, UnicodeError):
        return MachineError(
            "A name or text cannot be written in this terminal's encoding: {reason}. "
            "Set the environment variable PYTHONUTF8=1 and try again.",
            reason=problem,
        )
    if problem.filename is None and problem.errno == errno.ENOENT:
        return MachineError("The folder this command was started in is gone. Go to another one first.")
    file = problem.filename if problem.filename is not None else "?"
    sentence = _REFUSALS.get(problem.errno or 0)
    if sentence is None:
        return MachineError("{file}: {reason}", file=file, reason=problem.strerror or problem)
    return MachineError(sentence, file=file)


def _sentence(msgid: str) -> str:
    """Marks a sentence for the catalogue; it is translated when it is shown."""
    return msgid


_FULL = _sentence(
    "The disk is full: {file} was not written. Make room (`shopbook prune` helps), then try again."
)
_REFUSED = _sentence(
    "{file} may not be read or written. Give your user the right to, or choose another folder."
)
_REFUSALS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _REFUSED,
    errno.EPERM: _REFUSED,
    errno.EROFS: _sentence("{file} lies on a disk that can only be read. Choose another folder with --data."),
    errno.ENOENT: _sentence("There is no {file}. Look for a spelling mistake or a moved folder."),
    errno.ENOTDIR: _sentence("{file} is no folder. Move that file away, or choose another folder."),
    errno.EISDIR: _sentence("{file} is a folder; a file is wanted here."),
    errno.ENAMETOOLONG: _sentence("The name {file} is too long for this disk; choose a shorter one."),
    errno.EMFILE: _sentence("Too many files are open ({file}); run fewer --jobs at once."),
}
