"""The static site over all reports, with workbooks and PDF beside the pages."""
