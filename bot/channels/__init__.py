"""How people reach us. A channel translates; it decides nothing."""
