"""The parent's side of the warm engine: papermill's notebook client, fed by a pipe instead of ZeroMQ."""

import datetime as dt
import os
import select
import time
import uuid
from typing import Any

from nbclient.client import timestamp
from nbclient.exceptions import CellExecutionComplete, CellExecutionError, CellTimeoutError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager
from papermill.log import logger

from papermill_warm import frames, kernel_memory, zygote_client
from papermill_warm.errors import KernelDiedError, NotebookTimeoutError

MEMORY_MB = 2048
_CHECK_SECONDS = 1.0


class ForkingEngine(Engine):
    """Papermill's engine interface over forks of the warm process."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: Any
    ) -> None:
        """Run the cells.

        Takes papermill's options (`execution_timeout` in seconds per cell, `log_output`, `stdout_file`,
        `stderr_file`) and `notebook_timeout` (seconds for all cells), `memory_mb` (growth allowed to the
        notebook's processes together; 0 = no limit), `env` (variables over this process's), `cwd`, `prepare`
        ({"function": "module:function", "arguments": {...}}: called once before the notebooks that give the
        same, which are forked from the process that called it), `warm_up` (see `zygote_client.begin`).
        """
        timeout = options.get("execution_timeout") or options.get("timeout")
        names = ("log_output", "stdout_file", "stderr_file", "allow_errors", "iopub_timeout", "record_timing")
        kept = {name: options[name] for name in names if options.get(name) is not None}
        client = PipeNotebookClient(nb_man, timeout=timeout, kernel_name=kernel_name, log=logger, **kept)
        client.limits = Limits(
            float(options.get("notebook_timeout") or 0), int(options.get("memory_mb", MEMORY_MB))
        )
        client.surroundings = {
            "env": {**os.environ, **(options.get("env") or {})},
            "cwd": str(options.get("cwd") or os.getcwd()),
        }
        if options.get("prepare"):
            client.surroundings["prepare"] = options["prepare"]
        client.warm_up = str(options.get("warm_up") or "")
        client.execute()


class Limits:
    """What one notebook may take."""

    def __init__(self, seconds: float, memory_mb: int) -> None:
        self.seconds = seconds
        self.memory_mb = memory_mb
        self.deadline = time.monotonic() + seconds if seconds else float("inf")


class PipeNotebookClient(PapermillNotebookClient):
    """Papermill's client: outputs, display ids, metadata and errors are its own."""

    limits = Limits(0, MEMORY_MB)
    surroundings: dict[str, Any]
    warm_up = ""

    def execute(self, **_options: Any) -> Any:
        """Run the notebook in a fresh fork and end that fork, whatever happens."""
        self.reset_execution_trackers()
        order = {"op": "kernel", "memory_mb": self.limits.memory_mb, **self.surroundings}
        self._fork = zygote_client.fork_kernel(order, self.warm_up)
        try:
            self._memory = kernel_memory.Watch(self._fork.pid, self.limits.memory_mb)
            self._session = uuid.uuid4().hex
            self._until(lambda message: message["msg_type"] == "ready")
            self.papermill_execute_cells()
            self.nb.metadata["language_info"] = self._ask_language()
            self.set_widgets_metadata()
        finally:
            self._fork.close()
        return self.nb

    def execute_cell(
        self, cell: Any, cell_index: int, execution_count: int | None = None, store_history: bool = True
    ) -> Any:  # fmt: skip  (the signature is nbclient's)
        """Run one cell as nbclient does, without its event loop and channels."""
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in tags:
            return cell
        if self.record_timing:
            cell["metadata"]["execution"] = {}
        allowed = (not self.force_raise_errors) and (self.allow_errors or "raises-exception" in tags)
        content = {
            "code": cell.source,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": not allowed,
        }
        request = self._request("execute_request", content)
        self.code_cells_executed += 1
        cell.outputs = []
        self.clear_before_next_output = False
        reply = self._collect(request, cell, cell_index)
        if execution_count:
            cell["execution_count"] = execution_count
        self._raise_for_error(cell, reply["content"], allowed)
        self.nb["cells"][cell_index] = cell
        return cell

    def _collect(self, request: str, cell: Any, cell_index: int) -> dict[str, Any]:
        """Hand the cell's messages to papermill until it is idle; returns the reply."""
        timeout = self._get_timeout(cell)
        until = time.monotonic() + timeout if timeout else float("inf")
        reply: dict[str, Any] = {}
        while True:
            message = self._receive(until, timeout, cell)
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "execute_reply":
                reply = message
                if self.record_timing:
                    cell["metadata"]["execution"]["shell.execute_reply"] = timestamp(message)
                continue
            try:
                self.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                return reply

    def _raise_for_error(self, cell: Any, content: dict[str, Any], allowed: bool) -> None:
        if content["status"] != "error":
            return
        by_name = not self.force_raise_errors and content.get("ename") in self.allow_error_names
        if not (allowed or by_name):
            raise CellExecutionError.from_cell_and_msg(cell, content)

    def _ask_language(self) -> dict[str, Any]:
        request = self._request("kernel_info_request", {})
        reply = self._until(
            lambda message: (
                message["msg_type"] == "kernel_info_reply"
                and message["parent_header"].get("msg_id") == request
            )
        )
        return dict(reply["content"]["language_info"])

    def _request(self, kind: str, content: dict[str, Any]) -> str:
        number = uuid.uuid4().hex
        header = {
            "msg_id": number,
            "msg_type": kind,
            "username": "papermill",
            "session": self._session,
            "date": dt.datetime.now(dt.UTC).isoformat(),
            "version": "5.3",
        }
        try:
            frames.send(
                self._fork.connection,
                {"header": header, "parent_header": {}, "metadata": {}, "content": content, "buffers": []},
            )
        except frames.Closed:
            raise self._how_it_died() from None
        return number

    def _until(self, wanted: Any) -> dict[str, Any]:
        while not wanted(message := self._receive(float("inf"), None, None)):
            continue
        return message

    def _receive(self, until: float, timeout: float | None, cell: Any) -> dict[str, Any]:
        """The next message; raises when the process dies or a limit is passed."""
        fork = self._fork
        while True:
            now = time.monotonic()
            if now >= self.limits.deadline:
                raise NotebookTimeoutError("time", seconds=f"{self.limits.seconds:g}")
            if now >= until:
                seconds = int(timeout or 0)
                raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", seconds, cell)
            wait = min(_CHECK_SECONDS, self.limits.deadline - now, until - now)
            ready, _, _ = select.select([fork.connection, fork.control], [], [], max(wait, 0.0))
            if fork.connection in ready:
                try:
                    return _message(frames.receive_frame(fork.connection)[0])
                except frames.Closed:
                    raise self._how_it_died() from None
            if fork.control in ready:
                raise self._how_it_died()
            if not ready and (excess := self._memory.excess()):
                raise excess

    def _how_it_died(self) -> KernelDiedError:
        """The error of the zygote's report; the report follows the closed connection at once."""
        ready, _, _ = select.select([self._fork.control], [], [], 2.0)
        try:
            if ready:
                self._fork.listen()
        except frames.Closed:
            zygote_client.lost()
            return KernelDiedError("warm process")
        return kernel_memory.death(self._fork.status)


def _message(body: bytes) -> dict[str, Any]:
    """A Jupyter message with the two conversions nbclient relies on: the date and binary buffers."""
    import base64
    import json

    message: dict[str, Any] = json.loads(body)
    header = message["header"]
    header["date"] = dt.datetime.fromisoformat(header["date"])
    if message["buffers"]:
        message["buffers"] = [base64.b64decode(buffer) for buffer in message["buffers"]]
    return message
