"""`python -m shopbook` is the command line."""

from shopbook.run.command.cli import main

if __name__ == "__main__":  # worker processes import this module, too
    main()
