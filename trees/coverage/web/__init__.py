"""The coverage report as a page: one HTML file that can be filtered and sorted in any browser, without network.

    coverage_html(report, reading, listings) -> str

- `report`: what every other format is written from, too.
- `reading`: the knowledge base and its reader; the page is in this one language.
- `listings`: where the YAML of rules is cut out of, `Listings(folder, places)`.
"""

from __future__ import annotations

from .listing import Listings
from .page import coverage_html, drawings_of

__all__ = ["Listings", "coverage_html", "drawings_of"]
