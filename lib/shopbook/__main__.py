"""`python -m shopbook` is the command line."""

from shopbook.run.cli import main

main()
