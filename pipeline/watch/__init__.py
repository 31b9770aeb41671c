"""``despatch watch``: both editions in a browser while the article is written."""
