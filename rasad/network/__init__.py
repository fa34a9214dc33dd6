"""From actions to pairs, edges and groups."""
