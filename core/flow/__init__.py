"""What happened in the market, kept for those who look: read off the tape, beside the core. Nothing here trades."""
