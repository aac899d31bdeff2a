"""Generated documents: metrics, operators' pages, pictures. `python -m shopbook.run.docs.catalogue`."""
