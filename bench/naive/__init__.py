"""The naive build: Django with its admin and three views over the same rows, written without care for speed. Only a
baseline: what a team has after a day."""
