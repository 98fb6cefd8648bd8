"""Files: where they are kept (a folder, or S3 by setting) and how they are streamed.

Judges nothing: the feature that owns a file asks its own permission door first.
"""
