"""How far a simulated world is from real data, and what gives it away."""
