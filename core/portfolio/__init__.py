"""What all positions together could lose, and how large the next one should be. Nothing here trades."""
