"""履职: the reading room about members. What a member did is read from the records of the working rooms (``credits.py``).

Nothing is entered a second time. A member sees every line, may object to it (异议), and gets an answer. A committee
that appraises writes its own rule book (考核办法) as dated data; the result is each member's own sheet, sealed for the
year. Nobody is ranked.
"""
