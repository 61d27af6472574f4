"""《政协直通车》: issues of a bulletin, compiled from what was adopted, read by leaders in three minutes.

An issue (刊期) is an output with a series, a number and items; the output's lifecycle moves it.
An item (刊发条目) is one opinion as the leader reads it: a headline, a gist, who spoke, how many, what is proposed.
At 签发 the number is given, 第n期（总第m期）, and the paper is frozen as PDF and .docx.
"""
