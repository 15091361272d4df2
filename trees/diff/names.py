"""What things are called, in the reader's words; what is gone, in those of the old knowledge base."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.unfold import ASK
from kb import words
from kb.model import Text

from ..names import place_names, risk_names
from ..reading import Reading
from .changes import Stand


@dataclass(frozen=True, slots=True)
class Names:
    """Names for the reader of two knowledge bases."""

    old: Reading
    new: Reading

    def title(self, stand: Stand) -> str:
        """A question's text or a remedy's title."""
        return self.question(stand.subject) if stand.kind == ASK else self.remedy(stand.subject)

    def question(self, ident: str, first: Reading | None = None) -> str:
        """The text of a question."""
        reading = self.having("questions", ident, first)
        return reading.texts(reading.kb.questions[ident].text)

    def remedy(self, ident: str, first: Reading | None = None) -> str:
        """The title of a remedy."""
        reading = self.having("remedies", ident, first)
        return reading.texts(reading.kb.remedies[ident].title)

    def cause(self, ident: str, first: Reading | None = None) -> str:
        """The title of a cause."""
        reading = self.having("causes", ident, first)
        return reading.texts(reading.kb.causes[ident].title)

    def owners(self, joined: str) -> str:
        """The titles of owners, whose ids are joined by ", "."""
        readings = [(self.having("owners", owner), owner) for owner in joined.split(", ")]
        return ", ".join(reading.texts(reading.kb.owners[owner].title) for reading, owner in readings)

    def code(self, code: str) -> str:
        """A code as people say it; of a question whose answer is the code, that question."""
        if code == words.UNKNOWN_CODE:
            return self.new.say("any other code")
        if code in self.new.kb.questions or code in self.old.kb.questions:
            return self.new.say('the code that answers "{question}"', question=self.question(code))
        return code

    def answer(self, question: str, value: str) -> str:
        """An answer as people say it."""
        for reading in (self.new, self.old):
            thing = reading.kb.questions.get(question)
            for choice in thing.choices if thing else ():
                if choice.value == value:
                    return reading.texts(choice.text)
        say = self.new.say
        names = {
            words.YES: say("yes"),
            words.NO: say("no"),
            words.UNKNOWN: say("unknown"),
            words.NONE: say("none"),
            words.ANY_CODE: say("another code"),
        }
        return names.get(value, value)

    def having(self, section: str, ident: str, first: Reading | None = None) -> Reading:
        """The reading, the new one first, whose knowledge base has this thing."""
        first = first or self.new
        other = self.old if first is self.new else self.new
        return first if ident in getattr(first.kb, section) else other

    def name(self, kind: str, ident: str) -> str:
        """What a thing is called."""
        names: Mapping[str, Callable[[str], str]] = {
            "code": self.code,
            "question": self.question,
            "remedy": self.remedy,
            "cause": self.cause,
            "owner": self.owners,
        }
        if kind == "procedure":
            return self.new.texts(self.new.kb.procedures[ident].title)
        if kind == "measure":
            return self.new.texts(self.new.kb.measures[ident].text)
        return names[kind](ident) if kind in names else ident

    def listed_name(self, section: str, ident: str, reading: Reading) -> str:
        """What a thing of this section is called, that only one knowledge base has."""
        if section == "sources":
            return str(reading.kb.sources[ident].title)
        if section == "procedures":
            return reading.texts(reading.kb.procedures[ident].title)
        return self.name(_KINDS[section], ident)

    def value(self, value: Text | str, reading: Reading) -> str:
        """A detail's value: a text, a word of the knowledge format as people say it, or a command as it stands."""
        return reading.texts(value) if isinstance(value, Text) else self._words().get(value, value)

    def _words(self) -> Mapping[str, str]:
        say = self.new.say
        return {
            **place_names(say),
            **risk_names(say),
            "cmd": say("Command Prompt"),
            "powershell": say("PowerShell"),
        }


_KINDS = {"codes": "code", "questions": "question", "remedies": "remedy", "causes": "cause", "owners": "owner"}
"""For each section, what one of its things is."""
