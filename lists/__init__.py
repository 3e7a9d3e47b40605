"""How the lists of ``safety/data`` are built: source tables and the build; not in the wheel."""
