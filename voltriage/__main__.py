"""`python -m voltriage`, the same as the command `voltriage`."""

from voltriage.cli import main

if __name__ == "__main__":
    main()
