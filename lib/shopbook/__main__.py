"""`python -m shopbook` and `shopbook` are the command line."""

import sys


def main() -> None:
    """Run a command; whoever interrupts it while it is still being loaded sees no traceback either."""
    try:
        from shopbook.run.command import cli
    except KeyboardInterrupt:
        sys.exit(130)
    cli.main()


if __name__ == "__main__":  # worker processes import this module, too
    main()
