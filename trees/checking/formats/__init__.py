"""The forms in which what the checks found is written, one file each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..running import Report
from . import plain, record, sarif

FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": plain.written,
    "json": record.written,
    "sarif": sarif.written,
}
"""By name, what writes a report in this form; every form ends with a line feed."""
