"""Files: received in parts, looked at, made anew in small forms, kept (in a folder, or S3 by
setting) and streamed.

Judges nothing: the feature that owns a file asks its own permission door first.
"""
