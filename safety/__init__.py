"""elute's gate: recognises regulated substances and decides what may be answered about them."""
