"""shopbook: exports of an online shop in, market-relative reports out."""
