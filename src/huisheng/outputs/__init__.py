"""成果与报送: every paper the committee delivers, and what comes back.

An output (成果) is a report, a suggestion letter, a 建议案, a supervision opinion, an issue of a bulletin or a summary.
It is drafted, checked by another person, signed by a leader of the committee and delivered (报送) to named addressees.
An instruction (批示) is kept word for word, written by the leader or entered from paper; its words never change.
A follow-up (转办) is what one agency must do about an instruction, by a day; the agency works in its own desk.
What comes of it is told to everyone whose words went into the paper.
"""
