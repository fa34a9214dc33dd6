"""How often blocks are seen where none is, and how surely planted ones are found."""
