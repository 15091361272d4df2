"""Where the things of a knowledge base stand in its YAML files: for reports that name file and line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .loader import MANIFEST, knowledge_files
from .reading import Document, Location, read_yaml


@dataclass
class Places:
    """The documents of a knowledge base folder, by the section and id of each thing in them."""

    documents: dict[Location, Document] = field(default_factory=dict)

    def line(self, location: Location) -> tuple[str, int]:
        """The file (relative, with "/") and the line, from 1, of a thing or of something in it.

        `location` begins with section and id. Where nothing stands there, it is the line of what is around it.
        Raises `KeyError` for a thing that no file has.
        """
        document = self.documents[location[:2]]
        for end in range(len(location), 1, -1):
            place = document.keys.get(location[:end]) or document.values.get(location[:end])
            if place:
                return document.file, place[0]
        raise KeyError(location)


def places_in(folder: Path) -> Places:
    """The places of everything in a folder, which has been loaded before: what is wrong in it is not reported again."""
    places = Places()
    for path in knowledge_files(folder):
        name = path.relative_to(folder).as_posix()
        if name == MANIFEST:
            continue
        document, _ = read_yaml(path, name)
        if isinstance(document.data, dict):
            for section, things in document.data.items():
                for ident in things if isinstance(things, dict) else ():
                    places.documents.setdefault((section, ident), document)
    return places
