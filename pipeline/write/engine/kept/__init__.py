"""What is kept of a layout for the next one: elements, and pages on which nothing has changed."""
