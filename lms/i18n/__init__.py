"""Languages of the pages, languages of content, and the two clocks on every time.

Pages exist in Korean, English and Chinese and carry their language in the address. Content
exists in any language and falls back in one order (DOMAIN 3.4). Owns no table.
"""
