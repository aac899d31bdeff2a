"""Puts tests/ on the import path, so that tests of every folder share `published` and `oracle`."""
