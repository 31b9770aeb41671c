"""A listing."""

# begin
def greet(name: str) -> str:
    """Greet somebody."""
    return f"Hello, {name}"
# end


if __name__ == "__main__":
	print(greet("you"))
