"""Posts written, changed, accepted and taken back; marks of readers; boards opened."""
