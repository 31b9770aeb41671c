"""What only the whole article shows to be meant: notes, links, lines of tables."""
