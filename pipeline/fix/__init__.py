"""``despatch fix``: what is certain in an article is mended."""
