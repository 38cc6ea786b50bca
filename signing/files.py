"""Reading a file that somebody named: a regular one, and no more of it than is wanted."""

from __future__ import annotations

import os
import stat
from errno import EFBIG, EINVAL
from pathlib import Path


def read_bounded(path: Path, most: int) -> bytes:
    """The file's bytes; raises OSError, also where it is no regular file, or has more than `most` bytes.

    A pipe would be waited for without end, and a device never ends; what a file says of its size may be wrong.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(EINVAL, "it is no regular file", str(path))
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(EFBIG, f"it has more than {most} bytes", str(path))
    return data
