"""Knowledge-sharing boards: what people ask, tell and answer, across languages and cohorts.

A board belongs to a run, a curriculum, a city, the alumni or the whole site; it holds threads, and
a thread posts, numbered from 1. The words of a post stand in one row for each language: what its
author wrote, and translations with credit. What is hidden or deleted leaves its number and a trace.
Who may read is decided in `permissions` alone, for pages, search, feeds, mails and files alike.
"""
