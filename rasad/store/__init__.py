"""Where tables live: the embedded engine, the journal and the evidence copies."""
