"""The static site over all reports, with workbooks beside the pages."""
