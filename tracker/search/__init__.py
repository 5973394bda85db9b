"""Search: finding what was said, in four languages, over Whoosh.

Its parts, each resting on those before it: ``words``, ``asking``, ``index``, ``ranking``, then the engine
that holds them together (``whoosh_engine``), what keeps it equal to the database (``indexing``), the searches
themselves (``service``, ``similar``) and ``saved``.
"""
