"""GROUND: steps, journal, duties, deadlines, papers, files. Nothing in here knows what the committee's matters are."""
