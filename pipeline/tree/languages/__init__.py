"""What is known of languages: the tags for what authors write in their place, the order of their letters."""
