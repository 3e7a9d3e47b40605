"""Lab tools behind the gate: property lookup, featurizers, molecule and crystal generators."""
