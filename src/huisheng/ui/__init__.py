"""How pages look and behave: the frame, the form, the step, the list, and what is said when something fails."""
