"""Opens the terminal as the program does and says what it reads; the tests of the terminal run it.

Arguments: `--plain`; `--lang de`. The inputs `heading`, `long` and so on make it write a line of that role.
"""

from __future__ import annotations

import sys

from voltriage.output import survive_any_console
from voltriage.terminal import open_terminal
from voltriage.wording import Wording

ROLES = ("heading", "question", "command", "warning", "quiet", "good")
LONG_COMMAND = "cscript //nologo %windir%\\system32\\slmgr.vbs " + " ".join(f"/option{n:03}" for n in range(25)) + "   "


def main() -> None:
    survive_any_console()
    terminal = open_terminal("--plain" in sys.argv, Wording("de" if "de" in sys.argv else "en"))
    while True:
        try:
            line = terminal.read("prompt> ")
        except EOFError:
            terminal.write("END")
            return
        except KeyboardInterrupt:
            terminal.write("STOPPED")
            continue
        if line.text == "long":
            terminal.write(LONG_COMMAND, "command")
        elif line.text in ROLES:
            terminal.write(f"a {line.text}", line.text)
        terminal.write(f"{'PASTED' if line.pasted else 'TYPED'} {line.text!a}.")


if __name__ == "__main__":
    main()
