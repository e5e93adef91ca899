"""A request, call by call: ``{request-steps}`` shows what the framework really does.

A small application answers requests in a process of its own, a profiler writes down
which functions are called, and the page links each to the chunk that defines it.
"""
