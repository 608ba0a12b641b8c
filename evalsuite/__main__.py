"""`python -m evalsuite` is the command `evalsuite`."""

from evalsuite.cli import main

if __name__ == "__main__":
    main()
