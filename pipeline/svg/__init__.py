"""SVG images: what one may hold, and how it is written anew for every edition."""
