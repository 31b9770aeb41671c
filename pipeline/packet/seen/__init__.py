"""What of an external PDF can be seen: layers, words of its pages, what covers them; pages compared."""
