"""The page of a round: one HTML file that opens offline; nothing in it can run."""
