"""检索: one row per findable record and an index over it, for SQLite and for PostgreSQL.

index.py finds (检索), similar.py says what is alike (相似), suggest.py proposes a category or a unit with its ground
(推荐), findable.py says which records are findable, bench.py runs the same code over files.
What a person may not see never leaves the database: every question takes the queryset of what they may see.
"""
