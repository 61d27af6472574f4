"""提案: a matter put to the committee by those who may propose, and answered in writing by those who must.

A proposal is drafted, co-signed (联名), submitted, reviewed (审查), filed (立案) under a number (案号), handed over (交办)
to agencies (承办单位), answered (答复), rated (评价), and what the answer promised (承诺) is asked again until it is done.
Six tables in lifecycle.py say how it and its children move; nothing else moves them.
"""
