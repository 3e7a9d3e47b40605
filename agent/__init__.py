"""Questions in, cited answers out: planning, lab tools and literature, all behind the gate."""
