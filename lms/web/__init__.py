"""What every page shares: guards, security headers, static addresses, forms, limits, errors.

Sees the reader only as `current_user`; owns no table.
"""
