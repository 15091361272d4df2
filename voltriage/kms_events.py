"""The events of KMS requests in a pasted text, told by the shape of their values.

Windows writes the values of such an event as one line, separated by commas; viewers, PowerShell and XML put different
words around it, in the language of Windows. The shape of the values is the same everywhere, and it tells the three
events apart: the second and third value of 12288 are flags and server:port, those of 12289 flags and 0 or 1, those of
12290 a count and a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SENT = 12288
"""The client has sent a request; one event for each KMS host that was tried."""
ANSWERED = 12289
"""The client has worked on a host's answer."""
SERVED = 12290
"""The host has worked on a request."""
ONE_ATTEMPT = timedelta(minutes=10)
"""An attempt tries several hosts, each for up to a minute; the next attempt of its own comes two hours later."""

_NEXT = r"[ \t]{0,9}[,|][ \t]{0,9}(?:\n[ \t]{0,9})?"
_NAME = r"[^\s,|][^,|\n]{0,255}"
_HEX = r"0x[0-9A-Fa-f]{1,8}"
_GUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_MORE = rf"(?:{_NEXT}[^,|\n<]{{0,255}}){{0,7}}"
"""All lengths are bounded: a hostile paste must not take long."""
_SHAPES = {
    SENT: re.compile(rf"({_HEX}){_NEXT}{_HEX}{_NEXT}{_NAME}?:\d{{1,5}}(?!\d){_MORE}"),
    ANSWERED: re.compile(rf"({_HEX}){_NEXT}{_HEX}{_NEXT}[01]{_NEXT}\d{{1,10}}{_NEXT}\d{{1,10}}{_MORE}"),
    SERVED: re.compile(rf"({_HEX}){_NEXT}\d{{0,9}}{_NEXT}{_NAME}{_NEXT}{_GUID}{_MORE}"),
}
_CLIENT_TIME = {SENT: 5, ANSWERED: 8, SERVED: 5}
"""Which value is the client's time stamp."""
_ACTIVATION_ID = 9
_TIME = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2}) (\d{1,2}):(\d{2})")
_BETWEEN_DATA = re.compile(r"</Data>\s*<Data[^<>]*>")


@dataclass(frozen=True, slots=True)
class KmsEvent:
    """One event. `fields`: its values in order; `start` and `end`: where they stand in the text."""

    id: int
    fields: tuple[str, ...]
    start: int
    end: int

    def field(self, number: int) -> str:
        """A value by its place, the first being 1; empty where it is missing."""
        return self.fields[number - 1] if number <= len(self.fields) else ""

    @property
    def activation_id(self) -> str:
        """The product that was to be activated; empty for an event without it."""
        return "" if self.id == ANSWERED else self.field(_ACTIVATION_ID).casefold()

    @property
    def time(self) -> datetime | None:
        """The client's time stamp, in UTC; None where it is missing or in another form."""
        found = _TIME.search(self.field(_CLIENT_TIME[self.id]))
        try:
            return datetime(*map(int, found.groups())) if found else None  # type: ignore[arg-type]
        except ValueError:
            return None

    @property
    def quote(self) -> str:
        """Its first three values, as they are written."""
        return ", ".join(self.fields[:3])


def as_lines(text: str) -> str:
    """A text in which the values of an event stand in one line, also where XML has an element for each."""
    return _BETWEEN_DATA.sub(", ", text)


def events_in(text: str) -> tuple[KmsEvent, ...]:
    """The events in a text that went through `as_lines`, in the order of the text."""
    return tuple(sorted(_events(text), key=lambda event: event.start))


def _events(text: str) -> Iterator[KmsEvent]:
    for ident, shape in _SHAPES.items():
        for match in shape.finditer(text):
            fields = tuple(field.strip() for field in re.split("[,|]", match[0]))
            yield KmsEvent(ident, fields, match.start(), match.end())


def newest_attempt(events: Sequence[KmsEvent]) -> list[KmsEvent]:
    """The events of the newest attempt; all of them where one has no readable time."""
    times = [event.time for event in events]
    known = [time for time in times if time]
    if len(known) < len(times):
        return list(events)
    return [event for event, time in zip(events, known, strict=True) if max(known) - time <= ONE_ATTEMPT]


def without_events(text: str, events: Sequence[KmsEvent]) -> str:
    """The text without the values that are no result: flags look like codes.

    Of 12289 and 12290 the result stays; of 12288 nothing does, because what it holds may be an inner code only.
    """
    parts: list[str] = []
    end = 0
    for event in events:
        result = event.field(1) if event.id != SENT else ""
        parts += [text[end : event.start], result]
        end = event.end
    return "".join([*parts, text[end:]])
