"""A progress bar on standard error: one line that is redrawn on a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import sys
import time

WIDTH = 28
REDRAW_SECONDS = 0.1


class ProgressBar:
    """Shows `done` of `total` bytes of one thing after another. Not for threads."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._label = ""
        self._drawn_at = 0.0
        self._started_at = 0.0
        self._line_open = False

    def show(self, label: str, done: int, total: int | None) -> None:
        """Draw; a new label starts a new line."""
        now = time.monotonic()
        if label != self._label:
            self.end()
            self._label, self._started_at = label, now
            if not self._live:
                sys.stderr.write(f"{label} …\n")
        finished = total is not None and done >= total
        if not self._live or (now - self._drawn_at < REDRAW_SECONDS and not finished):
            return
        self._drawn_at = now
        sys.stderr.write(f"\r\x1b[2K{label}  {_drawn(done, total, now - self._started_at)}")
        sys.stderr.flush()
        self._line_open = True

    def end(self) -> None:
        """Finish the line that is open."""
        if self._line_open:
            sys.stderr.write("\n")
            self._line_open = False
        self._label = ""


def _drawn(done: int, total: int | None, seconds: float) -> str:
    speed = f"  {megabytes(int(done / seconds))}/s" if seconds > 0.5 else ""
    if not total:
        return f"{megabytes(done)}{speed}"
    share = min(done / total, 1.0)
    filled = int(share * WIDTH)
    return f"[{'█' * filled}{'░' * (WIDTH - filled)}] {share:4.0%}  {megabytes(done)} of {megabytes(total)}{speed}"


def megabytes(size: int) -> str:
    """A size for people, in decimal megabytes."""
    return f"{size / 1e6:,.1f} MB"
