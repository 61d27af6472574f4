"""People: members (委员), bodies (专委会、界别、镇街工委、党派、团体), agencies (承办单位), terms (届) and sessions (次).

A person signs in with one account and wears as many hats as there are posts (岗位) in its name, each with dates.
Memberships are dated too: a figure by sector uses the membership of the day it counts.
"""
