"""Charts, drawn as SVG: scales, layout, patterns and marks, the widths of words."""
