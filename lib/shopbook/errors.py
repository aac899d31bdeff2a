"""Every error an operator can meet. An error is an instruction: what, where, what was found, what to do.

WorkbookError
├── ExportError        a file that cannot become a table (carries every problem of the file)
├── HistoryError       the store of days cannot answer or take a table
├── ParamsError        a parameter, a params file or a command line that does not hold
├── RunError           a notebook that did not finish
└── DeliveryError      a page, mail or message that could not be made or sent
"""

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
