"""The store of days and the drop folder that feeds it."""
