"""社情民意: what people say, and what becomes of it.

A lead (线索) is one voice as a channel brought it; its raw original is kept and its sender hears every change.
An opinion (社情民意信息) is a text for those who decide, filed by a member, a body or the office, of leads or of own words.
What was filed is never overwritten: editing and checking write new versions beside it.
A sender's contact is sealed in a table of its own and opened by two named persons for a reason the sender can read.
What an issued opinion led to (采用、批示、办理) flows back to every contributor.
"""
