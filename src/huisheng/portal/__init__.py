"""公众的门: what anybody may read and say without an account, under /open/.

A letter is written one thing a page and taken in as a lead; its sender comes back by a link or by number and secret.
Published are answered proposals, as far as the disclosure decisions go, and the figures of a year. No cookie, no
outside request, no JavaScript needed; contact data never leaves the house.
"""
