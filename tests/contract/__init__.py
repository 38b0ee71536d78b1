"""What was generated says what the spec says."""
