"""回声 (Huisheng): the working platform of a district political consultative committee.

The standard library's sqlite3 is linked against whatever SQLite the machine has; versions before 3.51.3 can lose
commits when two connections checkpoint a WAL (docs/adr/0002). The locked wheel carries a repaired one, and it takes
the place of ``sqlite3`` here, before anything opens a database.
"""

import sys

import pysqlite3
import pysqlite3.dbapi2

sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
