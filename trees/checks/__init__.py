"""The checks of a knowledge base, one file each.

A check is a module here that defines `CHECK`; adding such a module is all it takes. What they share is in
`trees.checking`.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from ..checking.findings import Check


def all_checks() -> tuple[Check, ...]:
    """Every check, sorted by name."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    checks: list[Check] = [module.CHECK for module in modules]
    return tuple(sorted(checks, key=lambda check: check.name))
