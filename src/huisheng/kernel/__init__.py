"""GROUND: steps, journal, duties, deadlines, papers, files. Nothing in here knows what the house is for."""
