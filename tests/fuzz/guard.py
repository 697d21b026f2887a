"""Watches what this process opens and calls: nothing beyond a folder, and Python's and the product's own files."""

import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from compliance.shipped import CHECKOUT

_CALLS = ("socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "ctypes.dlopen", "urllib.")
_CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.symlink", "os.link", "os.chmod", "shutil.")
# What Python and its packages read of themselves; the checkout holds the rules that are shipped.
_READ = (str(CHECKOUT), sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), "/usr/share/zoneinfo")


@dataclass
class Watch:
    """What was seen that leads out of `folder`."""

    folder: str
    seen: list[str] = field(default_factory=list)

    def hear(self, event: str, args: tuple[object, ...]) -> None:
        """Note an event of Python's that leads out."""
        if event.startswith(_CALLS):
            self.seen.append(f"{event} {args[1:]}")
        elif event == "open" and not self._allowed(args[0], str(args[1] or "r"), args[2]):
            self.seen.append(f"open {args[0]!r}")
        elif event.startswith(_CHANGES) and not self._relative(args) and not _within(args[0], (self.folder,)):
            self.seen.append(f"{event} {args[0]!r}")

    @staticmethod
    def _relative(args: tuple[object, ...]) -> bool:
        """Whether a name is told with an open folder that it stands in, as where a tree is removed."""
        return isinstance(args[-1], int) and args[-1] >= 0 and os.sep not in str(args[0])

    def _allowed(self, path: object, mode: str, flags: object) -> bool:
        writes = bool(set(mode) & set("wax+")) or bool(isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR))
        return _within(path, (self.folder,) if writes else (self.folder, *_READ))


_watches: list[Watch] = []


def _hook(event: str, args: tuple[object, ...]) -> None:
    for watch in _watches:
        watch.hear(event, args)


def _within(path: object, folders: tuple[str, ...]) -> bool:
    """Whether a path leads into one of the folders; what is a number was opened before."""
    if not isinstance(path, str | bytes | os.PathLike):
        return True
    whole = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 a path that Path can't hold is told, too
    return any(whole == folder or whole.startswith(folder + os.sep) for folder in folders)


@contextmanager
def watched(folder: Path) -> Iterator[Watch]:
    """Watch meanwhile; the hook itself can't be taken off again, so that one stands for all."""
    if not hasattr(sys, "_dutybook_guard"):
        sys.addaudithook(_hook)
        sys._dutybook_guard = True  # type: ignore[attr-defined] # noqa: SLF001 a module may be loaded twice, a hook stays
    watch = Watch(str(folder))
    _watches.append(watch)
    try:
        yield watch
    finally:
        _watches.remove(watch)
