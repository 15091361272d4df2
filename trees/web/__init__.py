"""The interactive runbook: one HTML file that walks the charts in any browser, without network and without Python.

    runbook_html(kb, readings, codes, about, drawn=...) -> str

- `readings`: a `Reading` for each language of the page, by language ("en", "de"); the first is shown at first.
- `codes`: the codes to offer, in this order; any other code of the knowledge base can be typed.
- `about`: an `About` with the program's version, the stamp that `runbook --check` reads, and the site facts.
- `drawn`: called after each of the `drawings_of(kb, readings)` charts, for a progress bar.
"""

from __future__ import annotations

from .page import About, drawings_of, runbook_html

__all__ = ["About", "drawings_of", "runbook_html"]
