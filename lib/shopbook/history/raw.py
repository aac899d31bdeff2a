"""data/raw/<shop>/: every file taken in, by content hash, with its note; nothing there is ever lost."""

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from shopbook.read.names import shown
from shopbook.read.sidecar import ENDING

_LONGEST = 255 - len(ENDING)


class Raw:
    """The raw files of one shop; the caller holds the shop's lock."""

    def __init__(self, folder: Path, inbox: Path) -> None:
        self.folder, self._inbox = folder, inbox.resolve()

    def path(self, sha256: str, name: str) -> Path:
        """Where a file is kept: its hash, then its name as far as a file system allows."""
        stem, ending = os.path.splitext(shown(name).replace("/", "_"))
        room = _LONGEST - 17 - len(ending.encode())
        short = stem.encode()[: max(room, 0)].decode("utf-8", "ignore")
        return self.folder / f"{sha256[:16]}-{short}{ending}"

    def keep(self, path: Path, sha256: str) -> None:
        """Move a file of the inbox here, with its note; copy one from elsewhere."""
        kept = self.path(sha256, path.name)
        is_ours = self._inbox in path.resolve().parents
        note = path.with_name(path.name + ENDING)
        if is_ours and len(os.fsencode(note.name)) <= 255 and note.is_file():
            # what it says belongs to this download, not to the next one
            shutil.move(note, kept.with_name(kept.name + ENDING))
        if not self._is_whole(kept, sha256):
            if is_ours and self._moved(path, kept):
                return
            temporary = kept.with_name(f".{sha256[:16]}.{os.getpid()}.tmp")
            shutil.copyfile(path, temporary)
            temporary.replace(kept)
        if is_ours:
            path.unlink(missing_ok=True)

    def find(self, sha256: str, name: str) -> Path | None:
        """The kept file, when its bytes are still those of its hash."""
        found = [self.path(sha256, name), *self.folder.glob(f"{sha256[:16]}-*")]
        return next((path for path in found if self._is_whole(path, sha256)), None)

    @staticmethod
    def _is_whole(path: Path, sha256: str) -> bool:
        with suppress(OSError):
            return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
        return False

    @staticmethod
    def _moved(path: Path, kept: Path) -> bool:
        with suppress(OSError):  # another disk
            os.replace(path, kept)
            return True
        return False
