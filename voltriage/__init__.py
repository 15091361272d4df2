"""The rim of Voltriage: command line, terminal, output formats. Everything that prints is here."""
