"""What tables and figures have beside their cells: source lines, aligned columns, cells that span others."""
