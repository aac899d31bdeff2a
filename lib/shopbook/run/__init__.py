"""Runs, pages, mails and the command line."""
