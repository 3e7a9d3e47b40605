"""Measurements of answers, speed and safety; each module is a series with a ``main(argv)``."""
