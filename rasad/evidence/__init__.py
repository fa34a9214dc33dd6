"""What the evidence of a group may mean."""
