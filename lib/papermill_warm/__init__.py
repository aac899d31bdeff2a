"""A papermill engine that runs each notebook in a fork of an already imported process.

Nothing is imported here: papermill loads every engine when it starts.
"""
